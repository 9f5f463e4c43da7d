    let range = if a < b { a..=b } else { b..=a };
    range
        .take_while(|&n| n < 10)
        .filter(|n| n & 1 == 0)
        .collect()
}
