    let mut flipped = String::with_capacity(string.len());
    for c in string.chars() {
        flipped.push(match c {
            'a'..='z' => c.to_ascii_uppercase(),
            'A'..='Z' => c.to_ascii_lowercase(),
            other => other,
        });
    }
    flipped
}
