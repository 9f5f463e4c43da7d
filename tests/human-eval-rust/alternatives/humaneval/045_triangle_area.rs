    // The shoelace formula, with the side on the x-axis.
    let corners = [(0.0, 0.0), (a, 0.0), (0.0, h)];
    let mut doubled = 0.0;
    for (i, (x, y)) in corners.into_iter().enumerate() {
        let (next_x, next_y) = corners[(i + 1) % corners.len()];
        doubled += x * next_y - next_x * y;
    }
    doubled * 0.5
}
