    let mut seen = std::collections::HashSet::new();
    for c in string.chars() {
        seen.insert(c.to_ascii_uppercase());
    }
    seen.len()
}
