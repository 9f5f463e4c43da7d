    let half = n / 2;
    if half * 2 != n {
        return Err(n.to_string() + " is odd");
    }
    Ok(half)
}
