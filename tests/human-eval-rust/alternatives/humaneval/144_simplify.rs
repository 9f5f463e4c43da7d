    fn gcd(a: i64, b: i64) -> i64 {
        if b == 0 {
            a
        } else {
            gcd(b, a % b)
        }
    }
    let numbers: Vec<i64> = [x, n]
        .iter()
        .flat_map(|fraction| fraction.split('/'))
        .filter_map(|digits| digits.parse().ok())
        .collect();
    match numbers[..] {
        // Cancel crosswise, then once more within each fraction.
        [a, b, c, d] => {
            let first = b / gcd(a, b);
            let second = d / gcd(c, d);
            (c / gcd(c, d)) % first == 0 && (a / gcd(a, b)) % second == 0
        }
        _ => false,
    }
}
