/// Tells whether `pattern`, or one of its rotations, occurs in `text` as a
/// contiguous piece.
///
/// A rotation of `pattern` takes any number of characters away from its front
/// and puts them, in the same order, behind its end: the rotations of `"abc"`
/// are `"abc"`, `"bca"` and `"cab"`.
///
/// Both strings consist of ASCII characters, which are compared exactly
/// (upper and lower case differ). The empty pattern occurs in every text, the
/// empty text included. A pattern longer than the text does not occur.
///
/// # Examples
///
/// ```
/// assert!(cycpattern_check("swallow", "lowal")); // "allow"
/// assert!(!cycpattern_check("swallow", "slow"));
/// assert!(!cycpattern_check("cab", "cabb"));
/// ```
pub fn cycpattern_check(text: &str, pattern: &str) -> bool {
    if pattern.is_empty() {
        return true;
    }
    let size = pattern.len();
    // Every piece of this size is a rotation of the pattern.
    let twice = [pattern, pattern].concat();
    let is_rotation = |piece: &[u8]| twice.as_bytes().windows(size).any(|turn| turn == piece);
    text.as_bytes().windows(size).any(is_rotation)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small linear congruential generator, so that every run sees the same inputs.
    struct Lcg(u64);

    impl Lcg {
        fn below(&mut self, bound: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % bound
        }
    }

    fn check(text: &str, pattern: &str, expected: bool) {
        let got = cycpattern_check(text, pattern);
        assert_eq!(got, expected, "cycpattern_check({text:?}, {pattern:?})");
    }

    /// Compares every window of the text with the pattern, read around.
    fn brute(text: &str, pattern: &str) -> bool {
        let (text, pattern) = (text.as_bytes(), pattern.as_bytes());
        let size = pattern.len();
        size == 0
            || (0..text.len()).any(|from| {
                (0..size).any(|shift| {
                    (0..size).all(|i| text.get(from + i) == Some(&pattern[(shift + i) % size]))
                })
            })
    }

    #[test]
    fn examples() {
        check("swallow", "lowal", true);
        check("swallow", "slow", false);
        check("cab", "cabb", false);
    }

    #[test]
    fn empty_strings() {
        check("", "", true);
        check("abc", "", true);
        check("", "a", false);
        check("", "ab", false);
    }

    #[test]
    fn every_rotation() {
        for pattern in ["abcde", "bcdea", "cdeab", "deabc", "eabcd"] {
            check("abcde", pattern, true);
            check("xxabcdexx", pattern, true);
            check("abcdxe", pattern, false);
            check("abcd", pattern, false);
            check("bcde", pattern, false);
            check("edcba", pattern, false);
        }
        for text in ["abcde", "bcdea", "cdeab", "deabc", "eabcd"] {
            check(text, "abcde", true);
            check(&format!("{text}!"), "abcde", true);
            check(&format!("!{text}"), "abcde", true);
        }
    }

    #[test]
    fn one_and_two_characters() {
        check("a", "a", true);
        check("a", "b", false);
        check("ba", "a", true);
        check("ab", "a", true);
        check("ab", "ba", true);
        check("ba", "ba", true);
        check("aa", "ba", false);
        check("axb", "ab", false);
        check("aab", "bb", false);
    }

    #[test]
    fn length_and_case() {
        check("ab", "abab", false);
        check("ababa", "abab", true);
        check("abba", "abab", false);
        check("aaa", "aaaa", false);
        check("aaaa", "aaaa", true);
        check("ABC", "abc", false);
        check("aBc", "Bca", true);
        check("a b ", " a b", true);
        check("x3120", "123", true);
        // Every piece of two rotations, but never a whole one.
        check("bcabdbcc", "abcd", false);
    }

    #[test]
    fn agrees_with_comparing_every_window() {
        let mut rng = Lcg(154);
        let mut found = 0;
        for _ in 0..2500 {
            let mut word = |longest: u64| -> String {
                (0..rng.below(longest))
                    .map(|_| ['a', 'b', 'c'][rng.below(3) as usize])
                    .collect()
            };
            let (text, pattern) = (word(12), word(6));
            let expected = brute(&text, &pattern);
            found += usize::from(expected);
            check(&text, &pattern, expected);
        }
        assert!(
            (500..2000).contains(&found),
            "{found} of 2500 patterns occur"
        );
    }

    #[test]
    fn long_strings() {
        let text = "a".repeat(1_000) + "b";
        let pattern = "a".repeat(40) + "b";
        assert!(
            cycpattern_check(&text, &pattern),
            "1000 'a', 'b'; 40 'a', 'b'"
        );
        let pattern = pattern + "b";
        assert!(
            !cycpattern_check(&text, &pattern),
            "1000 'a', 'b'; 40 'a', 2 'b'"
        );
    }
}
