    let heights: Vec<i64> = brackets
        .bytes()
        .scan(0i64, |height, byte| {
            *height += i64::from(byte == b'<') - i64::from(byte == b'>');
            Some(*height)
        })
        .collect();
    heights.iter().all(|&height| height >= 0) && heights.last().copied().unwrap_or(0) == 0
}
