    let chars: Vec<char> = text.chars().collect();
    chars
        .chunk_by(|a, b| a == b)
        .map(|run| (run[0], run.len()))
        .collect()
}
