/// Returns `true` if `text` has no characters. A space is a character.
///
/// # Examples
///
/// ```
/// assert_eq!(is_empty(""), true);
/// assert_eq!(is_empty("hi"), false);
/// assert_eq!(is_empty(" "), false);
/// ```
pub fn is_empty(text: &str) -> bool {
    text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: bool) {
        assert_eq!(is_empty(text), expected, "is_empty({text:?})");
    }

    #[test]
    fn examples() {
        check("", true);
        check("hi", false);
        check(" ", false);
    }

    #[test]
    fn one_character() {
        check("a", false);
        check("\n", false);
        check("\0", false);
        check("é", false);
        check("A", false);
        check("0", false);
    }

    #[test]
    fn long_text() {
        check(&"long ".repeat(1_000), false);
    }
}
