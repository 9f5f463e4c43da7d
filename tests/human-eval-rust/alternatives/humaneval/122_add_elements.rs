    let considered = &numbers[..numbers.len().min(k)];
    considered
        .iter()
        .filter(|n| n.unsigned_abs().checked_ilog10().unwrap_or(0) <= 1)
        .sum()
}
