    let mut merged = [a, b].concat();
    merged.sort_by_key(|entry| entry.time);
    merged
}
