    let euros = amount / 100;
    let cents = amount - euros * 100;
    (euros, cents)
}
