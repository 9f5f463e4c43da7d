    let place = items
        .iter()
        .position(|item| *item > value)
        .unwrap_or(items.len());
    items.insert(place, value);
}
