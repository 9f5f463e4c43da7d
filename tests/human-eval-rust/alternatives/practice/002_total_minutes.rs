    let mut total = minutes;
    for _ in 0..60 {
        total += hours;
    }
    total
}
