/// Returns all non-empty prefixes of `string`, from the shortest to the longest.
///
/// Prefixes grow by one Unicode scalar value (`char`) at a time, so a string of
/// `n` characters has `n` prefixes, and the last one is the string itself. The
/// empty string has none.
///
/// # Examples
///
/// ```
/// assert_eq!(all_prefixes("crab"), ["c", "cr", "cra", "crab"]);
/// assert_eq!(all_prefixes("né!"), ["n", "né", "né!"]);
/// assert!(all_prefixes("").is_empty());
/// ```
pub fn all_prefixes(string: &str) -> Vec<&str> {
    string
        .char_indices()
        .map(|(start, c)| &string[..start + c.len_utf8()])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(string: &str, expected: &[&str]) {
        assert_eq!(all_prefixes(string), expected, "all_prefixes({string:?})");
    }

    #[test]
    fn examples() {
        check("crab", &["c", "cr", "cra", "crab"]);
        check("né!", &["n", "né", "né!"]);
        check("", &[]);
    }

    #[test]
    fn short_strings() {
        check("x", &["x"]);
        check(" ", &[" "]);
        check("xy", &["x", "xy"]);
        check("aaa", &["a", "aa", "aaa"]);
        check("\n\t", &["\n", "\n\t"]);
    }

    #[test]
    fn characters_of_any_width() {
        check("é", &["é"]);
        check("日本", &["日", "日本"]);
        check("😀a😀", &["😀", "😀a", "😀a😀"]);
        check("a日é😀", &["a", "a日", "a日é", "a日é😀"]);
    }

    #[test]
    fn each_prefix_is_its_predecessor_and_one_character() {
        let text = "The quick brown fox — übt für Straße 9½, 日本語 😀!";
        let got = all_prefixes(text);
        assert_eq!(
            got.len(),
            text.chars().count(),
            "length of all_prefixes({text:?})"
        );
        let mut expected = String::new();
        for (c, prefix) in text.chars().zip(got) {
            expected.push(c);
            assert_eq!(prefix, expected, "a prefix of {text:?}");
        }
    }

    #[test]
    fn long_string() {
        let text = "ab".repeat(2000);
        let got = all_prefixes(&text);
        assert_eq!(got.len(), 4000, "number of prefixes of 2000 times \"ab\"");
        assert!(
            got.iter()
                .enumerate()
                .all(|(i, prefix)| prefix.len() == i + 1),
            "prefixes of 2000 times \"ab\": expected lengths 1, 2, ..., 4000"
        );
    }
}
