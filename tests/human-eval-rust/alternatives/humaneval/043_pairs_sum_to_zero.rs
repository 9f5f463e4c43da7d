    let mut sorted = numbers.to_vec();
    sorted.sort_by_key(|n| n.abs());
    // After sorting, equal magnitudes are neighbours: each run holds a pair if
    // it has both signs or more than one zero.
    let runs = sorted.chunk_by(|a, b| a.abs() == b.abs());
    runs.filter(|run| run.len() > 1)
        .any(|run| run[0] == 0 || run.contains(&-run[0]))
}
