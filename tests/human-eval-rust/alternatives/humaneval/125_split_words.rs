    let is_separator: fn(char) -> bool = if text.chars().any(char::is_whitespace) {
        char::is_whitespace
    } else if text.chars().any(|c| c == ',') {
        |c| c == ','
    } else {
        let odd_letters = "bdfhjlnprtvxz";
        return Split::Count(text.chars().filter(|&c| odd_letters.contains(c)).count());
    };
    let mut words = vec![String::new()];
    for c in text.chars() {
        if is_separator(c) {
            words.push(String::new());
        } else if let Some(last) = words.last_mut() {
            last.push(c);
        }
    }
    words.retain(|word| !word.is_empty());
    Split::Words(words)
}
