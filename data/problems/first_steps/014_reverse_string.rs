/// Returns the characters of `text` (its `char`s) in reverse order.
///
/// # Examples
///
/// ```
/// assert_eq!(reverse_string("abc"), "cba");
/// assert_eq!(reverse_string(""), "");
/// ```
pub fn reverse_string(text: &str) -> String {
    text.chars().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(reverse_string(text), expected, "reverse_string({text:?})");
    }

    #[test]
    fn examples() {
        check("abc", "cba");
        check("", "");
    }

    #[test]
    fn short_and_symmetric() {
        check("x", "x");
        check("xy", "yx");
        check("level", "level");
        check("aab", "baa");
    }

    #[test]
    fn spaces_case_and_unicode() {
        check(" Hi there", "ereht iH ");
        check("v 10", "01 v");
        check("é🦀z", "z🦀é");
        check("a\nb", "b\na");
    }
}
