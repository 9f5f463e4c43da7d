    // Start from where a descent ends; after it, the list must be sorted.
    let start = values
        .windows(2)
        .position(|pair| pair[0] > pair[1])
        .map_or(0, |before| before + 1);
    let mut moved = values.to_vec();
    moved.rotate_left(start);
    moved.windows(2).all(|pair| pair[0] <= pair[1])
}
