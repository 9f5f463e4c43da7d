/// Finds the last vowel of `word` that stands between two consonants.
///
/// Returns the rightmost letter of `word` that is a vowel and whose left and
/// right neighbours both exist and are consonants, in the case in which it is
/// written; `None` if there is no such letter. The first and the last letter
/// of the word can therefore never be the answer.
///
/// `word` consists of ASCII letters only and may be empty. The vowels are `a`,
/// `e`, `i`, `o`, `u` and their capitals; every other letter (also `y`) is a
/// consonant. Upper and lower case may be mixed. Words may be long (30,000
/// letters), so counting from the start to every single letter is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(get_closest_vowel("planet"), Some('e'));
/// assert_eq!(get_closest_vowel("bOXer"), Some('e'));
/// assert_eq!(get_closest_vowel("mOon"), None);
/// assert_eq!(get_closest_vowel("echo"), None);
/// ```
pub fn get_closest_vowel(word: &str) -> Option<char> {
    let is_vowel = |letter: char| "aeiouAEIOU".contains(letter);
    let letters: Vec<char> = word.chars().collect();
    letters
        .windows(3)
        .rfind(|around| !is_vowel(around[0]) && is_vowel(around[1]) && !is_vowel(around[2]))
        .map(|around| around[1])
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

    fn check(word: &str, expected: Option<char>) {
        let got = get_closest_vowel(word);
        assert_eq!(got, expected, "get_closest_vowel({word:?})");
    }

    /// Reads the word from the left and keeps the latest vowel that fits.
    fn brute(word: &str) -> Option<char> {
        let vowel = |c: char| matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u');
        let letters: Vec<char> = word.chars().collect();
        let mut latest = None;
        for (i, &letter) in letters.iter().enumerate() {
            let before = i.checked_sub(1).map(|j| vowel(letters[j]));
            let after = letters.get(i + 1).map(|&c| vowel(c));
            if vowel(letter) && before == Some(false) && after == Some(false) {
                latest = Some(letter);
            }
        }
        latest
    }

    #[test]
    fn examples() {
        check("planet", Some('e'));
        check("bOXer", Some('e'));
        check("mOon", None);
        check("echo", None);
    }

    #[test]
    fn too_short() {
        check("", None);
        check("a", None);
        check("b", None);
        check("ab", None);
        check("ba", None);
        check("bab", Some('a'));
    }

    #[test]
    fn three_letters() {
        check("aba", None);
        check("baa", None);
        check("aab", None);
        check("bbb", None);
        check("aaa", None);
        check("bba", None);
        check("abb", None);
    }

    #[test]
    fn every_vowel_and_both_cases() {
        for vowel in "aeiouAEIOU".chars() {
            check(&format!("x{vowel}Y"), Some(vowel));
            check(&format!("{vowel}xx{vowel}"), None);
            check(&format!("x{vowel}{vowel}x"), None);
            check(&format!("x{vowel}aex"), None);
        }
        for consonant in "bcdfghjklmnpqrstvwxyzBCDFGHJKLMNPQRSTVWXYZ".chars() {
            check(&format!("r{consonant}s"), None);
            check(&format!("{consonant}im{consonant}"), Some('i'));
            check(&format!("m{consonant}Am"), Some('A'));
        }
    }

    #[test]
    fn the_rightmost_wins() {
        check("banimo", Some('i'));
        check("tabecid", Some('i'));
        check("tabecioud", Some('e'));
        check("tabb", Some('a'));
        check("ttab", Some('a'));
        check("tabea", Some('a'));
        check("aetab", Some('a'));
    }

    #[test]
    fn agrees_with_reading_from_the_left() {
        let mut rng = Lcg(118);
        let letters = ['a', 'E', 'o', 'u', 'b', 'Y', 'x', 'T'];
        for _ in 0..2000 {
            let word: String = (0..rng.below(9))
                .map(|_| letters[rng.below(8) as usize])
                .collect();
            check(&word, brute(&word));
        }
    }

    #[test]
    fn long_word() {
        let word = format!("{}t{}", "tab".repeat(10), "ee".repeat(15_000));
        let got = get_closest_vowel(&word);
        assert_eq!(got, Some('a'), "10 times \"tab\", \"t\", 30000 times \"e\"");
    }
}
