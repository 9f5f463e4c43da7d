    let negative = numbers.iter().filter(|&&n| n < 0).count();
    let total: u64 = numbers.iter().map(|n| n.unsigned_abs()).sum();
    let total = total as i64;
    match (numbers.len(), numbers.contains(&0), negative % 2) {
        (0, _, _) => None,
        (_, true, _) => Some(0),
        (_, false, 0) => Some(total),
        _ => Some(-total),
    }
}
