/// Shortens `text` if it has more than `limit` characters (its `char`s): the result is
/// then its first `limit` characters, followed by three dots (`...`). A text of `limit`
/// or fewer characters is returned unchanged.
///
/// # Examples
///
/// ```
/// assert_eq!(shorten("butterfly", 6), "butter...");
/// assert_eq!(shorten("moth", 4), "moth");
/// assert_eq!(shorten("été", 1), "é...");
/// ```
pub fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_string();
    }
    let mut short: String = text.chars().take(limit).collect();
    short.push_str("...");
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, limit: usize, expected: &str) {
        let got = shorten(text, limit);
        assert_eq!(got, expected, "shorten({text:?}, {limit})");
    }

    #[test]
    fn examples() {
        check("butterfly", 6, "butter...");
        check("moth", 4, "moth");
        check("été", 1, "é...");
    }

    #[test]
    fn around_the_limit() {
        check("abc", 2, "ab...");
        check("abc", 3, "abc");
        check("abc", 4, "abc");
        check("abc", 0, "...");
        check("a", 1, "a");
        check("a", 0, "...");
        check("ab", 1, "a...");
    }

    #[test]
    fn empty_text() {
        check("", 0, "");
        check("", 1, "");
        check("", 1_000, "");
    }

    #[test]
    fn characters_not_bytes() {
        check("日本語", 3, "日本語");
        check("日本語", 2, "日本...");
        check("🦀🦀", 1, "🦀...");
    }

    #[test]
    fn nothing_is_trimmed() {
        check(" A  B ", 3, " A ...");
        check("10 000", 3, "10 ...");
        check("wait...", 4, "wait...");
        check("wait....", 4, "wait...");
    }

    #[test]
    fn long_text() {
        let text = "x".repeat(200);
        check(&text, 200, &text);
        check(&text, 150, &("x".repeat(150) + "..."));
    }
}
