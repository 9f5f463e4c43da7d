/// Removes from `text` every character that occurs in `unwanted`, and tells
/// whether what is left is a palindrome.
///
/// Returns the remaining text (its characters in their original order) and
/// `true` when that text reads the same from both ends, `false` otherwise.
///
/// - Characters are Unicode scalar values (`char`), compared exactly: `'a'`
///   and `'A'` differ, in the removal and in the palindrome test; spaces and
///   punctuation count like any other character.
/// - All occurrences are removed. The order of the characters in `unwanted`,
///   and repetitions in it, do not matter; some of them may not occur in
///   `text`.
/// - Either string may be empty. The empty text is a palindrome.
/// - `text` may be long (50,000 characters), so counting from its start to
///   every single character is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(reverse_delete("stresses", "er"), ("stsss".to_string(), false));
/// assert_eq!(reverse_delete("rotator!", "x!"), ("rotator".to_string(), true));
/// assert_eq!(reverse_delete("ooo", "o"), (String::new(), true));
/// ```
pub fn reverse_delete(text: &str, unwanted: &str) -> (String, bool) {
    let kept: String = text.chars().filter(|&c| !unwanted.contains(c)).collect();
    let palindrome = kept.chars().eq(kept.chars().rev());
    (kept, palindrome)
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

    fn check(text: &str, unwanted: &str, expected: (&str, bool)) {
        let got = reverse_delete(text, unwanted);
        let got = (got.0.as_str(), got.1);
        assert_eq!(got, expected, "reverse_delete({text:?}, {unwanted:?})");
    }

    /// Deletes one unwanted character at a time, then compares mirrored places.
    fn brute(text: &str, unwanted: &str) -> (String, bool) {
        let mut left = text.to_string();
        for c in unwanted.chars() {
            left = left.replace(c, "");
        }
        let chars: Vec<char> = left.chars().collect();
        let mirrored = (0..chars.len()).all(|i| chars[i] == chars[chars.len() - 1 - i]);
        (left, mirrored)
    }

    #[test]
    fn examples() {
        check("stresses", "er", ("stsss", false));
        check("rotator!", "x!", ("rotator", true));
        check("ooo", "o", ("", true));
    }

    #[test]
    fn empty_strings() {
        check("", "", ("", true));
        check("", "abc", ("", true));
        check("noon", "", ("noon", true));
        check("moon", "", ("moon", false));
    }

    #[test]
    fn palindromes_of_even_and_odd_length() {
        check("a", "", ("a", true));
        check("ab", "", ("ab", false));
        check("aa", "", ("aa", true));
        check("aba", "", ("aba", true));
        check("abb", "", ("abb", false));
        check("abba", "", ("abba", true));
        check("abca", "", ("abca", false));
        check("abca", "b", ("aca", true));
        check("abca", "c", ("aba", true));
        check("abca", "bc", ("aa", true));
    }

    #[test]
    fn case_spaces_and_repetitions_in_the_unwanted_set() {
        check("Noon", "", ("Noon", false));
        check("Noon", "n", ("Noo", false));
        check("Noon", "N", ("oon", false));
        check("Noon", "nN", ("oo", true));
        check("no on", "", ("no on", true));
        check("no  on", " ", ("noon", true));
        check("was it a car", "tttt i", ("wasacar", false));
        check("level.", "..", ("level", true));
        check("1a2b1", "2b", ("1a1", true));
    }

    #[test]
    fn characters_beyond_ascii() {
        check("été", "", ("été", true));
        check("été!", "!", ("été", true));
        check("été", "é", ("t", true));
        check("aéb", "b", ("aé", false));
        check("日本日", "本", ("日日", true));
    }

    #[test]
    fn agrees_with_deleting_one_character_at_a_time() {
        let mut rng = Lcg(112);
        let letters = ['a', 'b', 'c', 'A', 'é'];
        for _ in 0..1500 {
            let mut word = |longest: u64| -> String {
                (0..rng.below(longest))
                    .map(|_| letters[rng.below(5) as usize])
                    .collect()
            };
            let (text, unwanted) = (word(9), word(4));
            let (kept, mirrored) = brute(&text, &unwanted);
            check(&text, &unwanted, (&kept, mirrored));
        }
    }

    #[test]
    fn long_text() {
        let half = "abcd".repeat(6_000);
        let text: String = half.chars().chain(half.chars().rev()).collect();
        let (kept, palindrome) = reverse_delete(&text, "cx");
        assert_eq!(
            kept.len(),
            36_000,
            "48000 characters, a quarter of them 'c'"
        );
        assert!(palindrome, "mirrored text of 36000 characters");
        let (_, palindrome) = reverse_delete(&(text + "b"), "cx");
        assert!(!palindrome, "mirrored text with \"b\" added at its end");
    }
}
