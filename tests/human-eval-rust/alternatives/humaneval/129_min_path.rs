    let mut home = (0, 0);
    for (row, cells) in grid.iter().enumerate() {
        if let Some(col) = cells.iter().position(|&value| value == 1) {
            home = (row, col);
        }
    }
    let cell = |row: Option<usize>, col: Option<usize>| Some(*grid.get(row?)?.get(col?)?);
    let (row, col) = home;
    let neighbours = [
        cell(row.checked_sub(1), Some(col)),
        cell(Some(row + 1), Some(col)),
        cell(Some(row), col.checked_sub(1)),
        cell(Some(row), Some(col + 1)),
    ];
    let second = neighbours.into_iter().flatten().min().unwrap_or(1);
    [1, second].into_iter().cycle().take(k).collect()
}
