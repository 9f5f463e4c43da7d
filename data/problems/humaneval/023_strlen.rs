/// Counts the characters of `string`.
///
/// A character is a Unicode scalar value (`char`): `"é"` written as one code
/// point counts 1 although it takes two bytes, and written as `e` with a
/// combining accent it counts 2. Spaces and control characters count like all
/// others. The empty string has length 0.
///
/// # Examples
///
/// ```
/// assert_eq!(strlen("ferris"), 6);
/// assert_eq!(strlen("naïve"), 5);
/// assert_eq!(strlen(""), 0);
/// ```
pub fn strlen(string: &str) -> usize {
    string.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(string: &str, expected: usize) {
        assert_eq!(strlen(string), expected, "strlen({string:?})");
    }

    #[test]
    fn examples() {
        check("ferris", 6);
        check("naïve", 5);
        check("", 0);
    }

    #[test]
    fn short_strings() {
        check("x", 1);
        check(" ", 1);
        check("\0", 1);
        check("ab", 2);
        check("Rust 1.0", 8);
        check(" a ", 3);
        check("\n\t\r\n", 4);
    }

    #[test]
    fn characters_of_any_width() {
        check("é", 1);
        check("e\u{301}", 2);
        check("日本語", 3);
        check("😀", 1);
        check("aß語😀", 4);
        check("\u{10ffff}", 1);
    }

    #[test]
    fn counts_what_was_repeated() {
        for c in ['a', ' ', 'ü', 'अ', '𝄞'] {
            for times in 0..50 {
                check(&c.to_string().repeat(times), times);
            }
        }
    }

    #[test]
    fn long_string() {
        let got = strlen(&"añ日😀".repeat(5000));
        assert_eq!(got, 20_000, "5000 times 4 characters");
    }
}
