    numbers
        .chunk_by(|&a, &b| i64::from(b) - i64::from(a) == 1)
        .map(|range| (range[0], range[range.len() - 1]))
        .collect()
}
