    let numbers = [a, b].map(|value| match value {
        Value::Int(n) => *n as f64,
        Value::Real(x) => *x,
        Value::Text(text) => from_text(text),
    });
    match numbers[0].partial_cmp(&numbers[1]) {
        Some(std::cmp::Ordering::Greater) => Some(a.to_owned()),
        Some(std::cmp::Ordering::Less) => Some(b.to_owned()),
        _ => None,
    }
}

/// Both the digits as an integer and the power of ten are exact, so that the
/// quotient is the nearest number.
fn from_text(text: &str) -> f64 {
    let mut digits = 0u64;
    let mut scale = 1u64;
    let mut after_separator = false;
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10) {
            digits = 10 * digits + u64::from(digit);
            if after_separator {
                scale *= 10;
            }
        } else if c != '-' {
            after_separator = true;
        }
    }
    let size = digits as f64 / scale as f64;
    if text.starts_with('-') {
        -size
    } else {
        size
    }
}
