/// Returns the byte positions at which the character `target` starts in `text`,
/// in increasing order. Upper and lower case are different characters.
///
/// # Examples
///
/// ```
/// assert_eq!(char_positions("banana", 'a'), vec![1, 3, 5]);
/// assert_eq!(char_positions("ééx", 'x'), vec![4]);
/// assert_eq!(char_positions("", 'x'), vec![]);
/// ```
pub fn char_positions(text: &str, target: char) -> Vec<usize> {
    text.char_indices()
        .filter(|&(_, c)| c == target)
        .map(|(position, _)| position)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, target: char, expected: &[usize]) {
        let got = char_positions(text, target);
        assert_eq!(got, expected, "char_positions({text:?}, {target:?})");
    }

    #[test]
    fn examples() {
        check("banana", 'a', &[1, 3, 5]);
        check("ééx", 'x', &[4]);
        check("", 'x', &[]);
    }

    #[test]
    fn short_texts() {
        check("x", 'x', &[0]);
        check("x", 'X', &[]);
        check("xx", 'x', &[0, 1]);
        check("abc", 'x', &[]);
        check("axx", 'x', &[1, 2]);
        check("X1xX", 'X', &[0, 3]);
    }

    #[test]
    fn bytes_not_characters() {
        check("é", 'é', &[0]);
        check("aéaéa", 'é', &[1, 4]);
        check("🦀 🦀", '🦀', &[0, 5]);
        check("🦀 🦀", ' ', &[4]);
        check("è", 'é', &[]);
    }

    #[test]
    fn text_of_one_character() {
        let expected: Vec<usize> = (0..500).map(|n| 3 * n).collect();
        check(&"€".repeat(500), '€', &expected);
    }
}
