    let mut all = Vec::new();
    for number in [x, y, z] {
        match number {
            Number::Int(value) => all.push(i128::from(value)),
            Number::Float(_) => return false,
        }
    }
    // The sum is half of all three together.
    let total: i128 = all.iter().sum();
    all.iter().any(|value| 2 * value == total)
}
