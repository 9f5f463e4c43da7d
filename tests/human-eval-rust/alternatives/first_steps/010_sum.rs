    numbers.iter().fold(0, |total, n| total + n)
}
