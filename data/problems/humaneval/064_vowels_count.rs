/// Counts the vowels of `word`.
///
/// The letters a, e, i, o and u are vowels wherever they stand; the letter y is a vowel only as
/// the very last character of `word`. Upper and lower case count alike. Only these ASCII letters
/// are vowels, accented letters such as `é` are not. The empty word has none. Words may be long
/// (150,000 characters), so counting from the start to every single character is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(vowels_count("galaxy"), 3);
/// assert_eq!(vowels_count("Yoyo"), 2);
/// assert_eq!(vowels_count("RHYTHM"), 0);
/// ```
pub fn vowels_count(word: &str) -> usize {
    let mut count = 0;
    for c in word.chars() {
        if matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u') {
            count += 1;
        }
    }
    if word.ends_with(['y', 'Y']) {
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

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

    fn check(word: &str, expected: usize) {
        assert_eq!(vowels_count(word), expected, "vowels_count({word:?})");
    }

    #[test]
    fn examples() {
        check("galaxy", 3);
        check("Yoyo", 2);
        check("RHYTHM", 0);
    }

    #[test]
    fn every_ascii_character_alone() {
        for c in (0u8..128).map(char::from) {
            check(&c.to_string(), usize::from("aeiouyAEIOUY".contains(c)));
        }
    }

    #[test]
    fn every_ascii_character_before_another() {
        for c in (0u8..128).map(char::from) {
            check(&format!("{c}x"), usize::from("aeiouAEIOU".contains(c)));
        }
    }

    #[test]
    fn y_counts_only_at_the_end() {
        check("y", 1);
        check("Y", 1);
        check("yy", 1);
        check("yYyY", 1);
        check("yes", 1);
        check("lay", 2);
        check("LAY", 2);
        check("day by day", 3);
        check("sky ", 0);
        check("sky!", 0);
    }

    #[test]
    fn words() {
        check("", 0);
        check("education", 5);
        check("aeiou", 5);
        check("AEIOU", 5);
        check("queue", 4);
        check("bcdfgh", 0);
        check("cafés", 1);
        check("Übermäßig", 2);
        check("éy", 1);
    }

    #[test]
    fn random_words() {
        // Oracle: see how much shorter the word gets without its vowels.
        let mut lcg = Lcg(64);
        let letters: Vec<char> = "abeEfiIokOuyYzAU".chars().collect();
        for _ in 0..500 {
            let length = lcg.below(10);
            let word: String = (0..length)
                .map(|_| letters[lcg.below(16) as usize])
                .collect();
            let lower = word.to_lowercase();
            let rest = lower.replace(['a', 'e', 'i', 'o', 'u'], "");
            let mut expected = lower.len() - rest.len();
            if lower.ends_with('y') {
                expected += 1;
            }
            check(&word, expected);
        }
    }

    #[test]
    fn long_word() {
        let word = "xay".repeat(50_000);
        assert_eq!(vowels_count(&word), 50_001, "\"xay\" 50,000 times");
    }
}
