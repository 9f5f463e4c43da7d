/// Returns `text` with every character in upper case (Unicode rules).
///
/// # Examples
///
/// ```
/// assert_eq!(to_uppercase("hello"), "HELLO");
/// assert_eq!(to_uppercase("Café 7"), "CAFÉ 7");
/// ```
pub fn to_uppercase(text: &str) -> String {
    text.to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(to_uppercase(text), expected, "to_uppercase({text:?})");
    }

    #[test]
    fn examples() {
        check("hello", "HELLO");
        check("Café 7", "CAFÉ 7");
    }

    #[test]
    fn unchanged() {
        check("", "");
        check("ABC", "ABC");
        check(" 1-2_3! ", " 1-2_3! ");
    }

    #[test]
    fn mixed_and_unicode() {
        check("a", "A");
        check("tHe zOo", "THE ZOO");
        check("жук", "ЖУК");
        check("straße", "STRASSE");
    }
}
