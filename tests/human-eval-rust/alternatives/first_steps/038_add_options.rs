    a.zip(b).map(|(x, y)| x + y)
}
