    let mut length = second.1 - second.0;
    length -= (first.0 - second.0).max(0);
    length -= (second.1 - first.1).max(0);
    if length < 4 {
        return if length > 1 { "YES" } else { "NO" };
    }
    let has_divisor = [2, 3].iter().any(|d| length % d == 0)
        || (5..)
            .step_by(6)
            .take_while(|d| d * d <= length)
            .any(|d| length % d == 0 || length % (d + 2) == 0);
    if has_divisor {
        "NO"
    } else {
        "YES"
    }
}
