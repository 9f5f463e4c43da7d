    let mut padded = String::new();
    for _ in text.chars().count()..width {
        padded.push(fill);
    }
    padded.push_str(text);
    padded
}
