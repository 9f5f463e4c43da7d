    if pattern.is_empty() {
        return true;
    }
    (0..pattern.len()).any(|start| {
        let (front, back) = pattern.split_at(start);
        text.contains(&format!("{back}{front}"))
    })
}
