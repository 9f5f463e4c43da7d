    numbers
        .iter()
        .copied()
        .reduce(|a, b| if b < a { b } else { a })
}
