    let mut count = 0;
    for value in values {
        let text = value.to_string();
        let (digits, sign) = match text.strip_prefix('-') {
            Some(digits) => (digits, -1),
            None => (text.as_str(), 1),
        };
        let (first, others) = digits.split_at(1);
        let sum_of = |part: &str| -> i32 { part.bytes().map(|byte| i32::from(byte) - 48).sum() };
        if sign * sum_of(first) + sum_of(others) > 0 {
            count += 1;
        }
    }
    count
}
