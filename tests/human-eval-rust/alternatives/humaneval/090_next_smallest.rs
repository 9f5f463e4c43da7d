    let smallest = values.iter().min()?;
    values
        .iter()
        .filter(|&value| value > smallest)
        .min()
        .copied()
}
