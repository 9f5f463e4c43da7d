/// Returns the first word of `text`, or `None` if there is no word.
/// Words are separated by Unicode white space.
///
/// # Examples
///
/// ```
/// assert_eq!(first_word("hello world"), Some("hello"));
/// assert_eq!(first_word("  one two"), Some("one"));
/// assert_eq!(first_word("   "), None);
/// ```
pub fn first_word(text: &str) -> Option<&str> {
    text.split_whitespace().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(first_word(text), expected, "first_word({text:?})");
    }

    #[test]
    fn examples() {
        check("hello world", Some("hello"));
        check("  one two", Some("one"));
        check("   ", None);
    }

    #[test]
    fn one_word() {
        check("word", Some("word"));
        check("word ", Some("word"));
        check(" word", Some("word"));
        check("a", Some("a"));
        check("", None);
    }

    #[test]
    fn every_kind_of_white_space() {
        check("a\tb", Some("a"));
        check("\n\r\n a\nb c", Some("a"));
        check("x\u{3000}y", Some("x"));
        check("\t\n", None);
    }

    #[test]
    fn punctuation_belongs_to_the_word() {
        check("well-known, fact", Some("well-known,"));
        check("déjà vu", Some("déjà"));
        check("R2-D2 Beeps", Some("R2-D2"));
    }
}
