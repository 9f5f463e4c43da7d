    let mut total = 0;
    for i in 0..a.len().min(b.len()) {
        total += a[i] * b[i];
    }
    total
}
