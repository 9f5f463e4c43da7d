    grid.iter()
        .map(|well| {
            let water: Vec<&u8> = well.iter().filter(|&&unit| unit > 0).collect();
            water.chunks(capacity).len()
        })
        .sum()
}
