/// Keeps the strings that start with `prefix`.
///
/// The strings that are kept stay in their order, and one that occurs several
/// times is kept several times. A string starts with itself, and every string,
/// the empty one too, starts with the empty prefix. Characters are compared
/// exactly: case matters, and nothing is trimmed.
///
/// # Examples
///
/// ```
/// let words = ["unsafe", "unit", "run", "Unit"];
/// assert_eq!(filter_by_prefix(&words, "un"), ["unsafe", "unit"]);
/// assert_eq!(filter_by_prefix(&words, "unit"), ["unit"]);
/// assert_eq!(filter_by_prefix(&words, ""), words);
/// assert!(filter_by_prefix(&[], "u").is_empty());
/// ```
pub fn filter_by_prefix<'a>(strings: &[&'a str], prefix: &str) -> Vec<&'a str> {
    strings
        .iter()
        .copied()
        .filter(|string| string.starts_with(prefix))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(strings: &[&str], prefix: &str, expected: &[&str]) {
        assert_eq!(
            filter_by_prefix(strings, prefix),
            expected,
            "filter_by_prefix({strings:?}, {prefix:?})"
        );
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        let words = ["unsafe", "unit", "run", "Unit"];
        check(&words, "un", &["unsafe", "unit"]);
        check(&words, "unit", &["unit"]);
        check(&words, "", &words);
        check(&[], "u", &[]);
    }

    #[test]
    fn empty_strings() {
        check(&[], "", &[]);
        check(&[""], "", &[""]);
        check(&[""], "a", &[]);
        check(&["", "a", ""], "a", &["a"]);
    }

    #[test]
    fn only_at_the_start() {
        check(&["abx", "xab", "ab", "xabx"], "ab", &["abx", "ab"]);
        check(&["a", "ab", "abc"], "ab", &["ab", "abc"]);
        check(&["ba", "aab", "bab"], "ab", &[]);
        check(&["ab"], "abc", &[]);
    }

    #[test]
    fn exact_characters() {
        check(&["Rust", "rust", "RUST"], "R", &["Rust", "RUST"]);
        check(&[" ab", "ab"], "a", &["ab"]);
        check(&[" ab", "ab"], " ", &[" ab"]);
        check(&["über", "uber", "üb"], "üb", &["über", "üb"]);
        check(&["a.c", "abc"], "a.", &["a.c"]);
    }

    #[test]
    fn order_and_duplicates() {
        check(&["z", "za", "y", "z"], "z", &["z", "za", "z"]);
        check(&["b2", "b1", "b3"], "b", &["b2", "b1", "b3"]);
        check(
            &[
                "1", "2", "3", "4", "5", "6", "7", "8", "9", "12", "11", "21",
            ],
            "1",
            &["1", "12", "11"],
        );
    }

    #[test]
    fn agrees_with_comparing_characters() {
        let mut state = 53;
        for _ in 0..400 {
            let mut word = |bound: u64| -> String {
                let len = next(&mut state, bound);
                (0..len)
                    .map(|_| if next(&mut state, 2) == 0 { 'a' } else { 'é' })
                    .collect()
            };
            let prefix = word(4);
            let words: Vec<String> = (0..6).map(|_| word(6)).collect();
            let strings: Vec<&str> = words.iter().map(String::as_str).collect();
            let mut expected = strings.clone();
            expected.retain(|string| {
                let len = prefix.chars().count();
                string.chars().take(len).collect::<String>() == prefix
            });
            check(&strings, &prefix, &expected);
        }
    }
}
