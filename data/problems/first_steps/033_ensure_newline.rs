/// Appends a newline (`'\n'`) to `text`, unless `text` already ends with one.
/// The empty string does not end with one.
///
/// # Examples
///
/// ```
/// let mut text = String::from("one line");
/// ensure_newline(&mut text);
/// assert_eq!(text, "one line\n");
///
/// ensure_newline(&mut text);
/// assert_eq!(text, "one line\n");
/// ```
pub fn ensure_newline(text: &mut String) {
    if !text.ends_with('\n') {
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let mut got = text.to_string();
        ensure_newline(&mut got);
        assert_eq!(got, expected, "after ensure_newline(&mut {text:?})");
    }

    #[test]
    fn examples() {
        check("one line", "one line\n");
        check("one line\n", "one line\n");
    }

    #[test]
    fn short_texts() {
        check("", "\n");
        check("\n", "\n");
        check("a", "a\n");
        check("é", "é\n");
    }

    #[test]
    fn only_the_end_matters() {
        check("\na", "\na\n");
        check("a\nb", "a\nb\n");
        check("a\n\n", "a\n\n");
        check("a\n ", "a\n \n");
        check("a\r", "a\r\n");
    }
}
