    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in s.char_indices() {
        let separator = c == ',' || c == ' ';
        match start {
            Some(from) if separator => {
                words.push(&s[from..at]);
                start = None;
            }
            None if !separator => start = Some(at),
            _ => {}
        }
    }
    if let Some(from) = start {
        words.push(&s[from..]);
    }
    words
}
