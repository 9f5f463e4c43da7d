    let compact = paren_string.replace(' ', "");
    let mut rest = compact.as_str();
    let mut groups = Vec::new();
    while !rest.is_empty() {
        let (group, tail) = rest.split_at(group_len(rest));
        groups.push(group.to_owned());
        rest = tail;
    }
    groups
}

/// Length in bytes of the shortest non-empty balanced prefix.
fn group_len(text: &str) -> usize {
    let mut open = 0usize;
    for (i, b) in text.bytes().enumerate() {
        match b {
            b'(' => open += 1,
            _ if open == 1 => return i + 1,
            _ => open -= 1,
        }
    }
    text.len()
}
