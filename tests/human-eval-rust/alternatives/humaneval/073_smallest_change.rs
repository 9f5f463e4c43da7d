    // Every pair that differs is seen from both of its ends.
    let differing = (0..values.len())
        .filter(|&i| values[i] != values[values.len() - 1 - i])
        .count();
    differing / 2
}
