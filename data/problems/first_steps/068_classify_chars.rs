/// How many characters of each kind a text has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CharCounts {
    pub letters: usize,
    pub digits: usize,
    pub spaces: usize,
    pub others: usize,
}

/// Counts the characters of `text` by kind: letters (`char::is_alphabetic`), the digits
/// 0 to 9, white space (`char::is_whitespace`), and all others.
///
/// # Examples
///
/// ```
/// let counts = classify_chars("Room 101!");
/// assert_eq!(counts, CharCounts { letters: 4, digits: 3, spaces: 1, others: 1 });
/// assert_eq!(classify_chars("é\n\n").letters, 1);
/// assert_eq!(classify_chars(""), CharCounts::default());
/// ```
pub fn classify_chars(text: &str) -> CharCounts {
    let mut counts = CharCounts::default();
    for c in text.chars() {
        match c {
            '0'..='9' => counts.digits += 1,
            _ if c.is_alphabetic() => counts.letters += 1,
            _ if c.is_whitespace() => counts.spaces += 1,
            _ => counts.others += 1,
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, [letters, digits, spaces, others]: [usize; 4]) {
        let expected = CharCounts {
            letters,
            digits,
            spaces,
            others,
        };
        assert_eq!(classify_chars(text), expected, "classify_chars({text:?})");
    }

    #[test]
    fn examples() {
        check("Room 101!", [4, 3, 1, 1]);
        check("é\n\n", [1, 0, 2, 0]);
        check("", [0, 0, 0, 0]);
    }

    #[test]
    fn one_kind() {
        check("xYz", [3, 0, 0, 0]);
        check("0123456789", [0, 10, 0, 0]);
        check(" \t\r\n\u{3000}", [0, 0, 5, 0]);
        check("/:@[`{-_", [0, 0, 0, 8]);
    }

    #[test]
    fn single_characters() {
        check("0", [0, 1, 0, 0]);
        check("9", [0, 1, 0, 0]);
        check("a", [1, 0, 0, 0]);
        check("Z", [1, 0, 0, 0]);
        check("日", [1, 0, 0, 0]);
        check("🦀", [0, 0, 0, 1]);
        check("\0", [0, 0, 0, 1]);
    }

    #[test]
    fn only_ascii_digits_are_digits() {
        check("²½٣", [0, 0, 0, 3]);
    }

    #[test]
    fn long_text() {
        check(&"ab 1..".repeat(500), [1_000, 500, 500, 1_000]);
    }
}
