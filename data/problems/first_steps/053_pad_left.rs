/// Puts copies of `fill` before `text` so that the result has `width` characters.
/// A text that already has `width` or more characters is returned unchanged.
///
/// # Examples
///
/// ```
/// assert_eq!(pad_left("42", 5, '0'), "00042");
/// assert_eq!(pad_left("hello", 3, ' '), "hello");
/// assert_eq!(pad_left("é", 2, '*'), "*é");
/// ```
pub fn pad_left(text: &str, width: usize, fill: char) -> String {
    let missing = width.saturating_sub(text.chars().count());
    fill.to_string().repeat(missing) + text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, width: usize, fill: char, expected: &str) {
        let got = pad_left(text, width, fill);
        assert_eq!(got, expected, "pad_left({text:?}, {width}, {fill:?})");
    }

    #[test]
    fn examples() {
        check("42", 5, '0', "00042");
        check("hello", 3, ' ', "hello");
        check("é", 2, '*', "*é");
    }

    #[test]
    fn around_the_width() {
        check("abc", 2, '-', "abc");
        check("abc", 3, '-', "abc");
        check("abc", 4, '-', "-abc");
        check("abc", 5, '-', "--abc");
        check("ABC", 103, 'X', &("X".repeat(100) + "ABC"));
        check("abc", 0, '-', "abc");
    }

    #[test]
    fn empty_text() {
        check("", 0, 'x', "");
        check("", 1, 'x', "x");
        check("", 3, ' ', "   ");
    }

    #[test]
    fn characters_not_bytes() {
        check("日本", 3, '.', ".日本");
        check("日本", 2, '.', "日本");
        check("ab", 4, 'é', "ééab");
        check("🦀", 3, '🦀', "🦀🦀🦀");
    }

    #[test]
    fn nothing_is_trimmed() {
        check(" a ", 4, '_', "_ a ");
        check("00", 3, '0', "000");
    }
}
