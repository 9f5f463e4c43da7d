    let mut letters = String::new();
    for word in phrase.split_whitespace() {
        if let Some(first) = word.chars().next() {
            letters += &first.to_uppercase().to_string();
        }
    }
    letters
}
