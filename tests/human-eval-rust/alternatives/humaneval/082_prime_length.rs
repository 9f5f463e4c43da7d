    let length = s.chars().count();
    let divisors = (1..)
        .take_while(|d| d * d <= length)
        .filter(|d| length % d < 1)
        .count();
    length > 1 && divisors == 1
}
