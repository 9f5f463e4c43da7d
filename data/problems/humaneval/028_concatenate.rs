/// Joins all strings into one, in order, with nothing between them.
///
/// Every string is taken over unchanged, including spaces at its ends. An empty
/// slice gives the empty string.
///
/// # Examples
///
/// ```
/// assert_eq!(concatenate(&["car", "go", " run"]), "cargo run");
/// assert_eq!(concatenate(&[]), "");
/// ```
pub fn concatenate(strings: &[&str]) -> String {
    let mut result = String::new();
    for string in strings {
        result.push_str(string);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(strings: &[&str], expected: &str) {
        assert_eq!(concatenate(strings), expected, "concatenate({strings:?})");
    }

    #[test]
    fn examples() {
        check(&["car", "go", " run"], "cargo run");
        check(&[], "");
    }

    #[test]
    fn one_string() {
        check(&[""], "");
        check(&["x"], "x");
        check(&["two words"], "two words");
    }

    #[test]
    fn strings_are_taken_over_unchanged() {
        check(&["", "a", "", "b", ""], "ab");
        check(&[" a ", " b "], " a  b ");
        check(&["\n", "\t", "\0"], "\n\t\0");
        check(&["é", "日本", "😀"], "é日本😀");
        check(&["a,", "b"], "a,b");
    }

    #[test]
    fn order_and_duplicates() {
        check(&["a", "b", "c"], "abc");
        check(&["c", "b", "a"], "cba");
        check(&["a", "a", "a"], "aaa");
        check(&["ab", "ba", "ab"], "abbaab");
    }

    #[test]
    fn any_cut_gives_the_text_back() {
        let text = "one string, cut in three";
        for first in 0..=text.len() {
            for second in first..=text.len() {
                check(
                    &[&text[..first], &text[first..second], &text[second..]],
                    text,
                );
            }
        }
    }

    #[test]
    fn many_strings() {
        let got = concatenate(&["ab", "", "c"].repeat(5000));
        assert!(
            got == "abc".repeat(5000),
            "5000 times \"ab\", \"\", \"c\": expected 5000 times \"abc\""
        );
    }
}
