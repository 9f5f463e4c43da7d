/// Keeps the strings that contain `substring`.
///
/// The strings that are kept stay in their order, and one that occurs several
/// times is kept several times. `substring` has to occur as one contiguous
/// piece; it may be the whole string. Characters are compared exactly: case
/// matters, and nothing is normalised or trimmed. The empty `substring` is
/// contained in every string, also in the empty one.
///
/// # Examples
///
/// ```
/// let tools = ["hammer", "ham", "saw", "Ham"];
/// assert_eq!(filter_by_substring(&tools, "ham"), ["hammer", "ham"]);
/// assert_eq!(filter_by_substring(&tools, "am"), ["hammer", "ham", "Ham"]);
/// assert_eq!(filter_by_substring(&tools, ""), tools);
/// assert!(filter_by_substring(&[], "x").is_empty());
/// ```
pub fn filter_by_substring<'a>(strings: &[&'a str], substring: &str) -> Vec<&'a str> {
    strings
        .iter()
        .copied()
        .filter(|string| string.contains(substring))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(strings: &[&str], substring: &str, expected: &[&str]) {
        assert_eq!(
            filter_by_substring(strings, substring),
            expected,
            "filter_by_substring({strings:?}, {substring:?})"
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
        let tools = ["hammer", "ham", "saw", "Ham"];
        check(&tools, "ham", &["hammer", "ham"]);
        check(&tools, "am", &["hammer", "ham", "Ham"]);
        check(&tools, "", &tools);
        check(&[], "x", &[]);
    }

    #[test]
    fn empty_strings() {
        check(&[], "", &[]);
        check(&[""], "", &[""]);
        check(&[""], "a", &[]);
        check(&["", "a", ""], "", &["", "a", ""]);
    }

    #[test]
    fn position_in_the_string() {
        check(
            &["key", "monkey", "keyboard", "a key in"],
            "key",
            &["key", "monkey", "keyboard", "a key in"],
        );
        check(&["k-e-y", "ke y", "eky", "ke"], "key", &[]);
        check(&["abab", "aab", "bba"], "ab", &["abab", "aab"]);
        check(&["ab"], "abc", &[]);
        check(&["aaab"], "aab", &["aaab"]);
    }

    #[test]
    fn exact_characters() {
        check(&["Rust", "rust", "RUST"], "rust", &["rust"]);
        check(&["a b", "ab", " ab"], " ", &["a b", " ab"]);
        check(&["grün", "gruen", "grun"], "ü", &["grün"]);
        check(&["日本語", "本", "日本"], "本", &["日本語", "本", "日本"]);
        check(&["a.c", "abc"], "a.c", &["a.c"]);
    }

    #[test]
    fn order_and_duplicates() {
        check(
            &["z1", "a", "m1", "z1", "b1"],
            "1",
            &["z1", "m1", "z1", "b1"],
        );
        check(&["x", "x", "x"], "x", &["x", "x", "x"]);
        check(
            &[
                "A", "B", "AB", "BA", "C", "a", "A", "b", "", "Ab", "cA", "ba",
            ],
            "A",
            &["A", "AB", "BA", "A", "Ab", "cA"],
        );
    }

    #[test]
    fn agrees_with_byte_windows() {
        let mut state = 17;
        for _ in 0..400 {
            let mut word = |bound: u64| -> String {
                let len = next(&mut state, bound);
                (0..len)
                    .map(|_| if next(&mut state, 2) == 0 { 'a' } else { 'b' })
                    .collect()
            };
            let needle = word(4) + "a";
            let words: Vec<String> = (0..5).map(|_| word(8)).collect();
            let strings: Vec<&str> = words.iter().map(String::as_str).collect();
            let mut expected = strings.clone();
            expected.retain(|string| {
                string
                    .as_bytes()
                    .windows(needle.len())
                    .any(|window| window == needle.as_bytes())
            });
            check(&strings, &needle, &expected);
        }
    }
}
