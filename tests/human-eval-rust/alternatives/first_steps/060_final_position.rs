    let deltas = moves.iter().map(|step| match *step {
        Move::Up(n) => (0, n),
        Move::Down(n) => (0, -n),
        Move::Left(n) => (-n, 0),
        Move::Right(n) => (n, 0),
    });
    deltas.fold((0, 0), |(x, y), (dx, dy)| (x + dx, y + dy))
}
