/// Parses an age from 0 to 255. White space around the number is ignored; the
/// rest must be accepted by the standard `parse` method of `u8`. Otherwise the
/// error is `invalid age: ` followed by `text` exactly as it was given.
///
/// # Examples
///
/// ```
/// assert_eq!(parse_age("42"), Ok(42));
/// assert_eq!(parse_age(" 7 "), Ok(7));
/// assert_eq!(parse_age("old"), Err("invalid age: old".to_string()));
/// ```
pub fn parse_age(text: &str) -> Result<u8, String> {
    text.trim()
        .parse()
        .map_err(|_| format!("invalid age: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<u8, &str>) {
        let expected = expected.map_err(str::to_string);
        assert_eq!(parse_age(text), expected, "parse_age({text:?})");
    }

    #[test]
    fn examples() {
        check("42", Ok(42));
        check(" 7 ", Ok(7));
        check("old", Err("invalid age: old"));
    }

    #[test]
    fn range() {
        check("0", Ok(0));
        check("255", Ok(255));
        check("256", Err("invalid age: 256"));
        check("-1", Err("invalid age: -1"));
    }

    #[test]
    fn white_space() {
        check("  18", Ok(18));
        check("18\n", Ok(18));
        check("\t18\t", Ok(18));
        check("1 8", Err("invalid age: 1 8"));
    }

    #[test]
    fn error_keeps_the_text() {
        check("", Err("invalid age: "));
        check("  ", Err("invalid age:   "));
        check(" x ", Err("invalid age:  x "));
        check("12.5", Err("invalid age: 12.5"));
        check("Zoë", Err("invalid age: Zoë"));
    }
}
