    let mut sorted = values.to_vec();
    sorted.sort();
    let up = sorted.iter();
    let down = sorted.iter().rev();
    up.zip(down)
        .flat_map(|(&small, &great)| [small, great])
        .take(values.len())
        .collect()
}
