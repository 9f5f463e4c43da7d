/// Returns `text` written `times` times in a row, with nothing in between.
/// With `times` equal to 0 that is the empty string.
///
/// # Examples
///
/// ```
/// assert_eq!(repeat_text("ab", 3), "ababab");
/// assert_eq!(repeat_text("ab", 0), "");
/// ```
pub fn repeat_text(text: &str, times: usize) -> String {
    text.repeat(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, times: usize, expected: &str) {
        let got = repeat_text(text, times);
        assert_eq!(got, expected, "repeat_text({text:?}, {times})");
    }

    #[test]
    fn examples() {
        check("ab", 3, "ababab");
        check("ab", 0, "");
    }

    #[test]
    fn few_times() {
        check("x", 1, "x");
        check("Hi ", 2, "Hi Hi ");
        check(" a", 2, " a a");
        check("10", 4, "10101010");
    }

    #[test]
    fn empty_text() {
        check("", 0, "");
        check("", 1, "");
        check("", 5, "");
    }

    #[test]
    fn unicode_and_many() {
        check("é", 3, "ééé");
        check("日本", 2, "日本日本");
        let many = repeat_text("Ab", 150);
        assert_eq!(many.len(), 300, "length of \"Ab\" repeated 150 times");
        assert_eq!(many.matches("Ab").count(), 150, "\"Ab\" repeated 150 times");
    }
}
