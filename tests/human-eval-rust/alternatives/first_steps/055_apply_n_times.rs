    let mut value = start;
    for _ in 0..n {
        value = f(value);
    }
    value
}
