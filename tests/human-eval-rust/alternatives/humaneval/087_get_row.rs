    let mut places: Vec<(usize, usize)> = rows
        .iter()
        .enumerate()
        .flat_map(|(row, values)| (0..values.len()).map(move |column| (row, column)))
        .filter(|&(row, column)| rows[row][column] == target)
        .collect();
    places.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    places
}
