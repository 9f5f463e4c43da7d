/// Returns the words of `text` that contain exactly `count` consonants, in
/// their order of appearance.
///
/// `text` consists of ASCII letters and spaces (`' '`) only. Words are the
/// runs of letters between the spaces; several spaces in a row, and spaces at
/// either end, do not make extra words. A consonant is any letter other than
/// `a`, `e`, `i`, `o`, `u` in either case, so that `y` is always a consonant.
///
/// - Every occurrence counts: `"noon"` has two consonants.
/// - Words are returned as they are written, duplicates included.
/// - With `count` 0 the words made up of vowels only are returned.
/// - If there is no such word, or no word at all, the result is empty.
/// - `text` may be long (60,000 characters), so counting from its start to
///   every single character is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(select_words("The quick Eel sat", 2), ["The", "sat"]);
/// assert_eq!(select_words("I owe you a cue", 0), ["I", "a"]);
/// assert_eq!(select_words("", 3), Vec::<&str>::new());
/// ```
pub fn select_words(text: &str, count: usize) -> Vec<&str> {
    let is_consonant = |letter: &char| !"aeiouAEIOU".contains(*letter);
    text.split_whitespace()
        .filter(|word| word.chars().filter(is_consonant).count() == count)
        .collect()
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

    fn check(text: &str, count: usize, expected: &[&str]) {
        let got = select_words(text, count);
        assert_eq!(got, expected, "select_words({text:?}, {count})");
    }

    #[test]
    fn examples() {
        check("The quick Eel sat", 2, &["The", "sat"]);
        check("I owe you a cue", 0, &["I", "a"]);
        check("", 3, &[]);
    }

    #[test]
    fn every_letter() {
        let text = "a b c d e f g h i j k l m n o p q r s t u v w x y z";
        check(text, 0, &["a", "e", "i", "o", "u"]);
        let consonants: Vec<&str> = "b c d f g h j k l m n p q r s t v w x y z"
            .split(' ')
            .collect();
        check(text, 1, &consonants);
        let text = text.to_uppercase();
        check(&text, 0, &["A", "E", "I", "O", "U"]);
        let consonants: Vec<String> = consonants.iter().map(|c| c.to_uppercase()).collect();
        let consonants: Vec<&str> = consonants.iter().map(String::as_str).collect();
        check(&text, 1, &consonants);
    }

    #[test]
    fn exact_count_only() {
        let text = "strengths rhythm banana oboe Aia";
        check(text, 0, &["Aia"]);
        check(text, 1, &["oboe"]);
        check(text, 2, &[]);
        check(text, 3, &["banana"]);
        check(text, 6, &["rhythm"]);
        check(text, 7, &[]);
        check(text, 8, &["strengths"]);
        check(text, 9, &[]);
        check(text, 100, &[]);
        check("I", 0, &["I"]);
        let long = "z".repeat(101);
        check(&long, 101, &[&long]);
    }

    #[test]
    fn spaces_and_duplicates() {
        check("   ", 0, &[]);
        check("   ", 1, &[]);
        check("  on   a   no  on ", 1, &["on", "no", "on"]);
        check("Ox ox OX", 1, &["Ox", "ox", "OX"]);
        check("Ox", 0, &[]);
        check("AEIOUaeiou", 0, &["AEIOUaeiou"]);
        check("AEIOUaeiou", 10, &[]);
    }

    #[test]
    fn agrees_with_words_built_to_measure() {
        let mut rng = Lcg(117);
        let vowels: Vec<char> = "aeiouAEIOU".chars().collect();
        let others: Vec<char> = ('A'..='Z')
            .chain('a'..='z')
            .filter(|c| !vowels.contains(c))
            .collect();
        for _ in 0..300 {
            let mut text = String::new();
            let mut words = Vec::new();
            for _ in 0..rng.below(8) {
                let consonants = rng.below(4) as usize;
                let mut word = String::new();
                for _ in 0..consonants {
                    if rng.below(2) == 0 {
                        word.push(vowels[rng.below(10) as usize]);
                    }
                    word.push(others[rng.below(42) as usize]);
                }
                if word.is_empty() || rng.below(2) == 0 {
                    word.push(vowels[rng.below(10) as usize]);
                }
                text.push_str(&word);
                text.push_str(&"  "[..1 + rng.below(2) as usize]);
                words.push((consonants, word));
            }
            for count in 0..5 {
                let expected: Vec<&str> = words
                    .iter()
                    .filter(|(consonants, _)| *consonants == count)
                    .map(|(_, word)| word.as_str())
                    .collect();
                check(&text, count, &expected);
            }
        }
    }

    #[test]
    fn long_text() {
        let text = "one two three four ".repeat(3_000);
        let got = select_words(&text, 2);
        assert_eq!(
            got.len(),
            6_000,
            "3000 times \"one two three four \", count 2"
        );
    }
}
