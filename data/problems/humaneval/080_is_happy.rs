/// Tells whether a text is happy.
///
/// A text is happy when it has at least three characters and any three characters in a row are
/// all different from each other. Characters are `char`s and upper and lower case are different
/// characters, so `"aA"` holds two different ones. Texts may be long (30,000 characters), so
/// counting from the start to every single character is too slow.
///
/// # Examples
///
/// ```
/// assert!(is_happy("xyzxy"));
/// assert!(is_happy("aAb"));
/// assert!(!is_happy("xyx"));
/// assert!(!is_happy("ab"));
/// ```
pub fn is_happy(s: &str) -> bool {
    let chars: Vec<char> = s.chars().collect();
    chars.len() >= 3
        && chars
            .windows(3)
            .all(|run| run[0] != run[1] && run[1] != run[2] && run[0] != run[2])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(s: &str, expected: bool) {
        assert_eq!(is_happy(s), expected, "is_happy({s:?})");
    }

    #[test]
    fn examples() {
        check("xyzxy", true);
        check("aAb", true);
        check("xyx", false);
        check("ab", false);
    }

    #[test]
    fn length_matters() {
        check("", false);
        check("a", false);
        check("aa", false);
        check("abc", true);
        check("abcd", true);
        check("éü", false);
        check("日本", false);
        check("日本語", true);
    }

    #[test]
    fn any_two_of_three_equal() {
        check("aab", false);
        check("abb", false);
        check("aba", false);
        check("aaa", false);
        check("éüé", false);
        check("  x", false);
    }

    #[test]
    fn repetition_at_either_end() {
        check("aabcdef", false);
        check("abacdef", false);
        check("abcdeff", false);
        check("abcdefe", false);
        check("abccdef", false);
        check("abcdcef", false);
        check("abcabca", true);
        check("abcdabcd", true);
    }

    #[test]
    fn case_and_signs() {
        check("aAaA", false);
        check("aAbB", true);
        check("1 2", true);
        check(".,.", false);
    }

    #[test]
    fn every_short_text() {
        // Oracle: the last place where each character stood must lie at least three back.
        for length in 0..=6u32 {
            for code in 0..4u32.pow(length) {
                let text: String = (0..length)
                    .map(|i| ['p', 'q', 'r', 's'][(code / 4u32.pow(i) % 4) as usize])
                    .collect();
                let mut last_seen = [-9i32; 128];
                let mut expected = length > 2;
                for (at, byte) in (0..).zip(text.bytes()) {
                    if at - last_seen[usize::from(byte)] < 3 {
                        expected = false;
                    }
                    last_seen[usize::from(byte)] = at;
                }
                check(&text, expected);
            }
        }
    }

    #[test]
    fn long_text() {
        let text = "abc".repeat(10_000);
        assert!(is_happy(&text), "\"abc\" 10,000 times: got false");
        let text = text + "b";
        assert!(
            !is_happy(&text),
            "\"abc\" 10,000 times, then \"b\": got true"
        );
    }
}
