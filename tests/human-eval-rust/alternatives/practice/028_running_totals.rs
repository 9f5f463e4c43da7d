    (1..=numbers.len())
        .map(|end| numbers[..end].iter().sum())
        .collect()
}
