/// Returns the first character of `text`, or `None` if `text` is empty.
///
/// # Examples
///
/// ```
/// assert_eq!(first_char("rust"), Some('r'));
/// assert_eq!(first_char(""), None);
/// ```
pub fn first_char(text: &str) -> Option<char> {
    text.chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<char>) {
        assert_eq!(first_char(text), expected, "first_char({text:?})");
    }

    #[test]
    fn examples() {
        check("rust", Some('r'));
        check("", None);
    }

    #[test]
    fn one_character() {
        check("x", Some('x'));
        check(" ", Some(' '));
        check("🦀", Some('🦀'));
    }

    #[test]
    fn nothing_is_skipped_or_changed() {
        check(" a", Some(' '));
        check("\nb", Some('\n'));
        check("Zoo", Some('Z'));
        check("éa", Some('é'));
        check("42", Some('4'));
    }
}
