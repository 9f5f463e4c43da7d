    if index < items.len() {
        Some(items[index])
    } else {
        None
    }
}
