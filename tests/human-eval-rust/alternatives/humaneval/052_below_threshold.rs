    match numbers.iter().max() {
        Some(largest) => threshold > *largest,
        None => true,
    }
}
