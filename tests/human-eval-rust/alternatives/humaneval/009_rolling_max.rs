    (1..=numbers.len())
        .filter_map(|end| numbers[..end].iter().copied().max())
        .collect()
}
