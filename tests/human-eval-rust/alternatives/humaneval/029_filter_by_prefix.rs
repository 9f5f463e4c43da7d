    let mut kept = Vec::new();
    for string in strings {
        if string.get(..prefix.len()) == Some(prefix) {
            kept.push(*string);
        }
    }
    kept
}
