    let [a, b, c] = [a, b, c].map(u64::from);
    // Differences of squares stay within the range of the squares.
    let is_long =
        |long: u64, x: u64, y: u64| long > x && long > y && (long - x) * (long + x) == y * y;
    a.min(b).min(c) > 0 && (is_long(a, b, c) || is_long(b, c, a) || is_long(c, a, b))
}
