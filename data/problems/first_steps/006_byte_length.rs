/// Returns the length of `text` in bytes (UTF-8).
///
/// # Examples
///
/// ```
/// assert_eq!(byte_length("hello"), 5);
/// assert_eq!(byte_length("é"), 2);
/// assert_eq!(byte_length(""), 0);
/// ```
pub fn byte_length(text: &str) -> usize {
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: usize) {
        assert_eq!(byte_length(text), expected, "byte_length({text:?})");
    }

    #[test]
    fn examples() {
        check("hello", 5);
        check("é", 2);
        check("", 0);
    }

    #[test]
    fn one_to_four_bytes_a_character() {
        check("a", 1);
        check("ñ", 2);
        check("€", 3);
        check("🦀", 4);
        check("a ñ€🦀", 11);
        check("Part 12", 7);
    }

    #[test]
    fn white_space_counts() {
        check(" ", 1);
        check(" a b \n", 6);
        check(&"ab".repeat(500), 1_000);
    }
}
