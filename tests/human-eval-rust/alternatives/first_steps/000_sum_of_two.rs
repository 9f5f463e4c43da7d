    [a, b].iter().sum()
}
