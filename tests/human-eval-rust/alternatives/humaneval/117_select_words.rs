    let mut found = Vec::new();
    for word in text.split(' ') {
        let vowels = word
            .bytes()
            .filter(|b| matches!(b.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u'))
            .count();
        if !word.is_empty() && vowels + count == word.len() {
            found.push(word);
        }
    }
    found
}
