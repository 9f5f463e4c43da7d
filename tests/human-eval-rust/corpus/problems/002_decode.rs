/// Swaps every two neighbouring characters; an odd last one stays.
fn encode(text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for pair in chars.chunks_mut(2) {
        pair.reverse();
    }
    chars.into_iter().collect()
}

/// Undoes `encode`.
pub fn decode(text: &str) -> String {
    encode(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverse() {
        for text in ["", "a", "ab", "abc", "größe", "0123456789"] {
            assert_eq!(decode(&encode(text)), text, "decode(encode({text:?}))");
        }
    }

    #[test]
    fn changes_something() {
        assert_eq!(decode("ba"), "ab");
    }
}
