/// Reports whether two strings consist of the same characters.
///
/// How often a character occurs and in which order does not matter, only whether
/// it occurs at all: every character of `a` has to occur in `b`, and every
/// character of `b` in `a`. Characters are Unicode scalar values (`char`) and are
/// compared exactly: case matters, and spaces count. Two empty strings consist of
/// the same characters; an empty and a non-empty string do not.
///
/// # Examples
///
/// ```
/// assert_eq!(same_chars("banana", "nab"), true);
/// assert_eq!(same_chars("banana", "nabs"), false);
/// assert_eq!(same_chars("ab", "abB"), false);
/// assert_eq!(same_chars("", ""), true);
/// ```
pub fn same_chars(a: &str, b: &str) -> bool {
    use std::collections::HashSet;

    let chars_of_a: HashSet<char> = a.chars().collect();
    let chars_of_b: HashSet<char> = b.chars().collect();
    chars_of_a == chars_of_b
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &str, b: &str, expected: bool) {
        assert_eq!(same_chars(a, b), expected, "same_chars({a:?}, {b:?})");
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check("banana", "nab", true);
        check("banana", "nabs", false);
        check("ab", "abB", false);
        check("", "", true);
    }

    #[test]
    fn empty_and_single() {
        check("", "x", false);
        check("x", "", false);
        check("x", "x", true);
        check("x", "y", false);
        check("x", "xxx", true);
        check(" ", "", false);
    }

    #[test]
    fn one_side_has_more() {
        check("abcd", "abc", false);
        check("abc", "abcd", false);
        check("aabbcc", "abc", true);
        check("abc", "ccbbaa", true);
        check("abd", "abc", false);
        check("aab", "abb", true);
        check("ab ", "ab", false);
        check("ab", "a b", false);
        check("ab", "ba", true);
    }

    #[test]
    fn exact_characters() {
        check("Ab", "ab", false);
        check("Straße", "Straßentrasse", false);
        check("Straße", "Strraßße", true);
        check("é", "e", false);
        check("e\u{301}", "é", false);
        check("日本", "本日日", true);
        check("a1!", "!1a!", true);
    }

    #[test]
    fn agrees_with_sets_of_bits() {
        let mut state = 127;
        for _ in 0..500 {
            let mut word = || {
                let mut bits = 0u8;
                let text: String = (0..next(&mut state, 6))
                    .map(|_| {
                        let letter = next(&mut state, 3) as u8;
                        bits |= 1 << letter;
                        char::from(b'a' + letter)
                    })
                    .collect();
                (text, bits)
            };
            let ((a, bits_of_a), (b, bits_of_b)) = (word(), word());
            check(&a, &b, bits_of_a == bits_of_b);
        }
    }

    #[test]
    fn long_strings() {
        let long = "abcde".repeat(2000);
        assert!(
            same_chars(&long, "edcba"),
            "2000 times \"abcde\", and \"edcba\": expected true"
        );
        assert!(
            !same_chars(&long, &(long.clone() + "f")),
            "2000 times \"abcde\", and the same with \"f\": expected false"
        );
    }
}
