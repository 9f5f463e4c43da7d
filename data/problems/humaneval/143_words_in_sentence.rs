/// Keeps those words of `sentence` whose length is a prime number.
///
/// `sentence` consists of ASCII letters and spaces (`' '`) only. Words are the
/// runs of letters between the spaces. Several spaces in a row, and spaces at
/// either end, may occur; they do not make extra words.
///
/// Returns the words that are kept, in their order, joined by exactly one
/// space, with no space at either end. Words may occur several times. If no
/// word is kept the result is empty. Note that 1 is no prime number: words of
/// one letter are dropped. `sentence` may be long (60,000 characters), so
/// counting from its start to every single character is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(words_in_sentence("we had a lovely trip there"), "we had there");
/// assert_eq!(words_in_sentence("  go   on  "), "go on");
/// assert_eq!(words_in_sentence("I like this"), "");
/// ```
pub fn words_in_sentence(sentence: &str) -> String {
    let mut kept = Vec::new();
    for word in sentence.split_whitespace() {
        if is_prime(word.len()) {
            kept.push(word);
        }
    }
    kept.join(" ")
}

fn is_prime(n: usize) -> bool {
    n > 1 && (2..n).all(|d| n / d * d != n)
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

    fn check(sentence: &str, expected: &str) {
        let got = words_in_sentence(sentence);
        assert_eq!(got, expected, "words_in_sentence({sentence:?})");
    }

    const PRIMES: [usize; 18] = [
        2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61,
    ];

    #[test]
    fn examples() {
        check("we had a lovely trip there", "we had there");
        check("  go   on  ", "go on");
        check("I like this", "");
    }

    #[test]
    fn nothing_kept() {
        check("", "");
        check(" ", "");
        check("      ", "");
        check("a", "");
        check("a b c", "");
        check("four", "");
        check("eleven  sevenhundred", "");
    }

    #[test]
    fn every_length() {
        for length in 1..=66 {
            let word = "w".repeat(length);
            let expected = if PRIMES.contains(&length) { &word } else { "" };
            check(&word, expected);
            check(&format!("x {word} x"), expected);
        }
    }

    #[test]
    fn single_spaces_between_kept_words() {
        check("be  a  bee", "be bee");
        check(" be four bee", "be bee");
        check("be bee four ", "be bee");
        check("four be", "be");
        check("be be be", "be be be");
        check("Two TWO two", "Two TWO two");
    }

    #[test]
    fn agrees_with_known_lengths() {
        let mut rng = Lcg(143);
        for _ in 0..400 {
            let mut sentence = " ".repeat(rng.below(3) as usize);
            let mut expected = Vec::new();
            for _ in 0..rng.below(8) {
                let length = 1 + rng.below(30) as usize;
                let word: String = (0..length)
                    .map(|_| ['a', 'Z', 'm', 'q'][rng.below(4) as usize])
                    .collect();
                sentence += &word;
                sentence += &" ".repeat(1 + rng.below(3) as usize);
                if PRIMES.contains(&length) {
                    expected.push(word);
                }
            }
            check(&sentence, &expected.join(" "));
        }
    }

    #[test]
    fn long_words() {
        // 9409 = 97 * 97, 10201 = 101 * 101; 10007 and 10009 are prime.
        let word = |length: usize| "k".repeat(length);
        let sentence = [9_409, 10_007, 10_201, 10_009].map(word).join(" ");
        let got = words_in_sentence(&sentence);
        let lengths: Vec<usize> = got.split(' ').map(str::len).collect();
        assert_eq!(
            lengths,
            [10_007, 10_009],
            "lengths of kept words out of 9409, 10007, 10201, 10009"
        );
    }

    #[test]
    fn many_words() {
        let got = words_in_sentence(&"to be here ".repeat(5_000));
        assert_eq!(got.len(), 29_999, "\"to be here \" repeated 5000 times");
    }
}
