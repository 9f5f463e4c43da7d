    let mut kept: Vec<i32> = Vec::new();
    for item in items {
        if kept.last() != Some(&item) {
            kept.push(item);
        }
    }
    kept
}
