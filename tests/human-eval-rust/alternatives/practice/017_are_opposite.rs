    let clockwise = [
        Direction::North,
        Direction::East,
        Direction::South,
        Direction::West,
    ];
    (0..4).any(|i| clockwise[i] == a && clockwise[(i + 2) % 4] == b)
}
