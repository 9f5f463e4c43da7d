    let mut rotated = items.to_vec();
    if let Some(places) = k.checked_rem(items.len()) {
        rotated.rotate_left(places);
    }
    rotated
}
