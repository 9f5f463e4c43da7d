    if n < 2 {
        return Vec::new();
    }
    let mut candidates = (2..).take_while(|d| d * d <= n);
    let smallest = candidates.find(|d| n / d * d == n).unwrap_or(n);
    let mut factors = vec![smallest];
    factors.extend(factorize(n / smallest));
    factors
}
