    match value {
        Some(number) => number,
        None => 0,
    }
}
