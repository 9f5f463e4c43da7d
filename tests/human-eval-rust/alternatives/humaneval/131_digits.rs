    n.to_string()
        .chars()
        .filter_map(|c| c.to_digit(10))
        .filter(|digit| digit & 1 == 1)
        .map(u64::from)
        .reduce(|product, digit| product * digit)
        .unwrap_or(0)
}
