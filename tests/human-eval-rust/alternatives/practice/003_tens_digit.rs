    let without_hundreds = n % 100;
    (without_hundreds - without_hundreds % 10) / 10
}
