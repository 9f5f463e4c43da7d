/// What [`split_words`] finds in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Split {
    /// The pieces of a text that has a separator.
    Words(Vec<String>),
    /// The number of letters counted in a text without separator.
    Count(usize),
}

/// Splits `text` at its separators, or counts letters if it has none.
///
/// The first rule that applies decides:
/// 1. If `text` contains whitespace (`char::is_whitespace`), it is split at
///    whitespace. Commas are then ordinary characters and stay in the pieces.
/// 2. If `text` contains a comma (`','`), it is split at the commas.
/// 3. Otherwise the result is the number of lowercase ASCII letters whose
///    place in the alphabet, counted from `a` = 0, is odd: `b`, `d`, `f`, ...,
///    `x`, `z`. Every occurrence counts; other characters do not.
///
/// For rules 1 and 2 the result is `Split::Words` with the pieces in their
/// order. Empty pieces (between two separators in a row, or at either end of
/// the text) are left out, so that a text of separators only gives an empty
/// vector. For rule 3 the result is `Split::Count`; an empty text counts 0.
///
/// # Examples
///
/// ```
/// let words = |words: &[&str]| Split::Words(words.iter().map(|w| w.to_string()).collect());
/// assert_eq!(split_words("red, green\tblue"), words(&["red,", "green", "blue"]));
/// assert_eq!(split_words("red,,green,"), words(&["red", "green"]));
/// assert_eq!(split_words("bad-Bed"), Split::Count(3)); // b, d and the last d
/// ```
pub fn split_words(text: &str) -> Split {
    if text.contains(char::is_whitespace) {
        Split::Words(text.split_whitespace().map(str::to_string).collect())
    } else if text.contains(',') {
        let pieces = text.split(',').filter(|piece| !piece.is_empty());
        Split::Words(pieces.map(str::to_string).collect())
    } else {
        // The ASCII codes of the letters at odd places (b = 98, d = 100, ..) are even.
        let is_counted = |byte: &u8| byte.is_ascii_lowercase() && byte & 1 == 0;
        Split::Count(text.bytes().filter(is_counted).count())
    }
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

    fn check_words(text: &str, expected: &[&str]) {
        let expected = Split::Words(expected.iter().map(|word| word.to_string()).collect());
        let got = split_words(text);
        assert_eq!(got, expected, "split_words({text:?})");
    }

    fn check_count(text: &str, expected: usize) {
        let got = split_words(text);
        assert_eq!(got, Split::Count(expected), "split_words({text:?})");
    }

    #[test]
    fn examples() {
        check_words("red, green\tblue", &["red,", "green", "blue"]);
        check_words("red,,green,", &["red", "green"]);
        check_count("bad-Bed", 3);
    }

    #[test]
    fn whitespace_comes_first() {
        check_words("a b", &["a", "b"]);
        check_words(" a", &["a"]);
        check_words("a,b ", &["a,b"]);
        check_words("a,b c,d", &["a,b", "c,d"]);
        check_words(", ,", &[",", ","]);
        check_words("one\ntwo\r\nthree", &["one", "two", "three"]);
        check_words("  many   spaces  ", &["many", "spaces"]);
        check_words("wide\u{3000}space\u{a0}s", &["wide", "space", "s"]);
    }

    #[test]
    fn commas_come_second() {
        check_words("a,b", &["a", "b"]);
        check_words(",a", &["a"]);
        check_words("a,", &["a"]);
        check_words("a,,,b;c", &["a", "b;c"]);
        check_words("É,ß", &["É", "ß"]);
    }

    #[test]
    fn separators_only() {
        check_words(" ", &[]);
        check_words(" \t\n", &[]);
        check_words(",", &[]);
        check_words(",,,", &[]);
    }

    #[test]
    fn each_letter_counted() {
        for (i, letter) in ('a'..='z').enumerate() {
            check_count(&letter.to_string(), i % 2);
            check_count(&letter.to_ascii_uppercase().to_string(), 0);
        }
        check_count("abcdefghijklmnopqrstuvwxyz", 13);
        check_count("bdbd", 4);
        check_count("aceg", 0);
    }

    #[test]
    fn nothing_counted() {
        check_count("", 0);
        check_count("`{|~^_[]@", 0);
        check_count("0123456789", 0);
        check_count("BDFHJLNPRTVXZ", 0);
        check_count("éñþ😀", 0);
        check_count("éb", 1);
    }

    #[test]
    fn agrees_with_known_pieces() {
        let mut rng = Lcg(125);
        let letters = ['b', 'a', 'Q', '-', 'z', '7'];
        for round in 0..300 {
            let separators = [" ", "  \n", ",", ",,"];
            let kind = 2 * (round % 2);
            let mut text = String::new();
            let mut words = Vec::new();
            for _ in 0..1 + rng.below(4) {
                let word: String = (0..1 + rng.below(5))
                    .map(|_| letters[rng.below(6) as usize])
                    .collect();
                text.push_str(&word);
                text.push_str(separators[kind + rng.below(2) as usize]);
                words.push(word);
            }
            let expected: Vec<&str> = words.iter().map(String::as_str).collect();
            check_words(&text, &expected);
            let joined = words.concat();
            check_count(&joined, joined.matches(['b', 'z']).count());
        }
    }

    #[test]
    fn long_text() {
        let got = split_words(&"abc".repeat(5_000));
        assert_eq!(got, Split::Count(5_000), "\"abc\" repeated 5000 times");
        let Split::Words(words) = split_words(&"abc,".repeat(5_000)) else {
            panic!("\"abc,\" repeated 5000 times: expected words, got a count");
        };
        assert_eq!(words.len(), 5_000, "\"abc,\" repeated 5000 times");
    }
}
