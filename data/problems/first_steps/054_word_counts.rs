use std::collections::BTreeMap;

/// Counts how often every word occurs in `text`. Words are separated by Unicode
/// white space and compared in lower case (`str::to_lowercase`), which is also how
/// they stand in the result. Punctuation belongs to the word.
///
/// # Examples
///
/// ```
/// let counts = word_counts("The cat and the hat");
/// assert_eq!(counts["the"], 2);
/// assert_eq!(counts["cat"], 1);
/// assert_eq!(counts.len(), 4);
/// assert_eq!(word_counts("  ").len(), 0);
/// ```
pub fn word_counts(text: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word.to_lowercase()).or_insert(0) += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, usize)]) {
        let expected = expected.iter().map(|&(word, n)| (word.to_string(), n));
        let expected: BTreeMap<String, usize> = expected.collect();
        assert_eq!(word_counts(text), expected, "word_counts({text:?})");
    }

    #[test]
    fn examples() {
        check(
            "The cat and the hat",
            &[("the", 2), ("cat", 1), ("and", 1), ("hat", 1)],
        );
        check("  ", &[]);
    }

    #[test]
    fn short_texts() {
        check("", &[]);
        check("a", &[("a", 1)]);
        check("a a", &[("a", 2)]);
        check("b a b", &[("a", 1), ("b", 2)]);
    }

    #[test]
    fn white_space() {
        check(" one\ttwo\n\nONE\u{3000}two  ", &[("one", 2), ("two", 2)]);
    }

    #[test]
    fn case() {
        check("Rust RUST rust rUsT", &[("rust", 4)]);
        check("École école", &[("école", 2)]);
    }

    #[test]
    fn punctuation() {
        check(
            "end end. end-end",
            &[("end", 1), ("end.", 1), ("end-end", 1)],
        );
    }

    #[test]
    fn many_words() {
        let text = "x y x ".repeat(2_000);
        let expected = [("x".to_string(), 4_000), ("y".to_string(), 2_000)];
        assert_eq!(
            word_counts(&text),
            expected.into(),
            "\"x y x \", 2000 times"
        );
    }
}
