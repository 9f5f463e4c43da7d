    fn is_vowel(letter: u8) -> bool {
        matches!(
            letter.to_ascii_uppercase(),
            b'A' | b'E' | b'I' | b'O' | b'U'
        )
    }
    let bytes = word.as_bytes();
    for i in (1..bytes.len().saturating_sub(1)).rev() {
        if is_vowel(bytes[i]) && !is_vowel(bytes[i - 1]) && !is_vowel(bytes[i + 1]) {
            return Some(char::from(bytes[i]));
        }
    }
    None
}
