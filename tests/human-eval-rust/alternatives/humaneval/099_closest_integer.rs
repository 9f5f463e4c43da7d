    // Read character by character, in the states: sign, first digit, whole, first decimal, rest.
    let mut negative = false;
    let mut magnitude: i128 = 0;
    let mut state = 0;
    for c in value.chars() {
        let digit = c.to_digit(10).map(i128::from);
        state = match (state, c, digit) {
            (0, '-', _) => {
                negative = true;
                1
            }
            (0, '+', _) => 1,
            (0..=2, _, Some(digit)) => {
                magnitude = (10 * magnitude + digit).min(1 << 70);
                2
            }
            (2, '.', _) => 3,
            (3, _, Some(digit)) => {
                magnitude += digit / 5;
                4
            }
            (4, _, Some(_)) => 4,
            _ => return None,
        };
    }
    match state {
        2 | 4 if negative => i64::try_from(-magnitude).ok(),
        2 | 4 => i64::try_from(magnitude).ok(),
        _ => None,
    }
}
