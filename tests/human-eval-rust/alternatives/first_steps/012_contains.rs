    numbers.iter().any(|&n| n == target)
}
