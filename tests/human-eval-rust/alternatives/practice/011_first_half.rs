    let (half, _) = items.split_at(items.len() >> 1);
    half
}
