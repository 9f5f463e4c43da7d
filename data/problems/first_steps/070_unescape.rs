/// Replaces escape sequences: `\n` (a backslash and the letter n) becomes a newline,
/// `\t` a tab, and `\\` a single backslash. Everything else stays. Returns `None` if a
/// backslash is followed by another character or stands at the end.
///
/// # Examples
///
/// ```
/// assert_eq!(unescape("a\\nb"), Some("a\nb".to_string()));
/// assert_eq!(unescape("C:\\\\temp"), Some("C:\\temp".to_string()));
/// assert_eq!(unescape("\\x"), None);
/// assert_eq!(unescape("end\\"), None);
/// ```
pub fn unescape(text: &str) -> Option<String> {
    let mut result = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let plain = match c {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('\\') => '\\',
                _ => return None,
            },
            _ => c,
        };
        result.push(plain);
    }
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(unescape(text).as_deref(), expected, "unescape({text:?})");
    }

    #[test]
    fn examples() {
        check("a\\nb", Some("a\nb"));
        check("C:\\\\temp", Some("C:\\temp"));
        check("\\x", None);
        check("end\\", None);
    }

    #[test]
    fn nothing_to_replace() {
        check("", Some(""));
        check("n t", Some("n t"));
        check("é\n\t🦀/", Some("é\n\t🦀/"));
    }

    #[test]
    fn single_sequences() {
        check("\\n", Some("\n"));
        check("\\t", Some("\t"));
        check("\\\\", Some("\\"));
    }

    #[test]
    fn from_left_to_right() {
        check("\\\\n", Some("\\n"));
        check("\\\\\\n", Some("\\\n"));
        check("\\t\\t\\n!", Some("\t\t\n!"));
        check("\\nn\\tt", Some("\nn\tt"));
    }

    #[test]
    fn invalid() {
        for text in [
            "\\", "\\\\\\", "\\N", "\\T", "\\r", "\\ n", "ok\\n\\0", "\\\n",
        ] {
            check(text, None);
        }
    }
}
