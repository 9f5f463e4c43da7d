    let mut words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.sort();
    words
        .chunk_by(|a, b| a == b)
        .map(|group| (group[0].clone(), group.len()))
        .collect()
}
