/// Parses `text` as an `i32`. Returns `None` if the standard `parse` method
/// rejects it (empty, spaces, letters, out of range).
///
/// # Examples
///
/// ```
/// assert_eq!(parse_number("42"), Some(42));
/// assert_eq!(parse_number("-7"), Some(-7));
/// assert_eq!(parse_number("abc"), None);
/// ```
pub fn parse_number(text: &str) -> Option<i32> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<i32>) {
        assert_eq!(parse_number(text), expected, "parse_number({text:?})");
    }

    #[test]
    fn examples() {
        check("42", Some(42));
        check("-7", Some(-7));
        check("abc", None);
    }

    #[test]
    fn valid() {
        check("0", Some(0));
        check("+5", Some(5));
        check("007", Some(7));
        check("2147483647", Some(i32::MAX));
        check("-2147483648", Some(i32::MIN));
    }

    #[test]
    fn invalid() {
        for text in [
            "", " ", "-", "+", " 1", "1 ", "1.0", "1_000", "--1", "0x1", "12a", "1E3", "٣",
        ] {
            check(text, None);
        }
        check("2147483648", None);
        check("-2147483649", None);
    }
}
