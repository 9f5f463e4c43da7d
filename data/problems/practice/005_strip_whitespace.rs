/// Returns `text` without the white space (Unicode) at its start and at its end.
/// White space between other characters stays.
///
/// # Examples
///
/// ```
/// assert_eq!(strip_whitespace("  hello "), "hello");
/// assert_eq!(strip_whitespace("a b"), "a b");
/// assert_eq!(strip_whitespace("   "), "");
/// ```
pub fn strip_whitespace(text: &str) -> &str {
    text.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(
            strip_whitespace(text),
            expected,
            "strip_whitespace({text:?})"
        );
    }

    #[test]
    fn examples() {
        check("  hello ", "hello");
        check("a b", "a b");
        check("   ", "");
    }

    #[test]
    fn one_side() {
        check("  left", "left");
        check("right  ", "right");
        check("none", "none");
        check("", "");
        check(" ", "");
        check("x", "x");
    }

    #[test]
    fn every_kind_of_white_space() {
        check("\t12\n", "12");
        check("\r\n a\n\n b \u{3000}", "a\n\n b");
        check(" é ", "é");
    }

    #[test]
    fn nothing_else_is_removed() {
        check(" \"Quoted.\" ", "\"Quoted.\"");
        check("_ A _", "_ A _");
        check("-1 ", "-1");
    }
}
