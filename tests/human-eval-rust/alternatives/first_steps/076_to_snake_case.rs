    let pieces = name.char_indices().map(|(i, c)| {
        if !c.is_ascii_uppercase() {
            c.to_string()
        } else if i > 0 {
            format!("_{}", c.to_ascii_lowercase())
        } else {
            c.to_lowercase().to_string()
        }
    });
    pieces.collect()
}
