/// Splits a text into its words.
///
/// Words are separated by commas and spaces (`','` and `' '`), any number and mixture of them.
/// Every other character, tabs, line breaks and other punctuation included, belongs to a word.
/// The words are returned in the order in which they stand, repetitions included; there are no
/// empty words. A text of nothing but separators, or an empty one, gives an empty list. Texts may
/// be long (40,000 characters), so counting from the start to every single character is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(words_string("salt, oil,eggs"), ["salt", "oil", "eggs"]);
/// assert_eq!(words_string(" so,  so! "), ["so", "so!"]);
/// assert!(words_string(" , ").is_empty());
/// ```
pub fn words_string(s: &str) -> Vec<&str> {
    s.split([',', ' '])
        .filter(|word| !word.is_empty())
        .collect()
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

    fn check(s: &str, expected: &[&str]) {
        assert_eq!(words_string(s), expected, "words_string({s:?})");
    }

    #[test]
    fn examples() {
        check("salt, oil,eggs", &["salt", "oil", "eggs"]);
        check(" so,  so! ", &["so", "so!"]);
        check(" , ", &[]);
    }

    #[test]
    fn no_or_one_word() {
        check("", &[]);
        check(" ", &[]);
        check(",", &[]);
        check(",,  ,,", &[]);
        check("a", &["a"]);
        check(" a", &["a"]);
        check("a,", &["a"]);
        check(",word ", &["word"]);
    }

    #[test]
    fn each_separator() {
        check("a b", &["a", "b"]);
        check("a,b", &["a", "b"]);
        check("a  b", &["a", "b"]);
        check("a,,b", &["a", "b"]);
        check("a, b", &["a", "b"]);
        check("a ,b", &["a", "b"]);
        check("a,b c,d e", &["a", "b", "c", "d", "e"]);
    }

    #[test]
    fn all_other_characters_belong_to_words() {
        check("a.b;c", &["a.b;c"]);
        check("Don't - stop!", &["Don't", "-", "stop!"]);
        check("2 eggs, 1.5l", &["2", "eggs", "1.5l"]);
        check("tab\there new\nline", &["tab\there", "new\nline"]);
        check("été, naïve 日本", &["été", "naïve", "日本"]);
        check("a\u{a0}b、c", &["a\u{a0}b、c"]);
    }

    #[test]
    fn order_and_repetitions() {
        check("b a b a", &["b", "a", "b", "a"]);
        check("One, two, one, Two", &["One", "two", "one", "Two"]);
    }

    #[test]
    fn words_put_together() {
        let words = ["x", "yz", "été", "w.", "a\tb"];
        let gaps = [" ", ",", ", ", " ,", ",,", "   "];
        let mut lcg = Lcg(101);
        for _ in 0..300 {
            let mut text = String::new();
            let mut expected = Vec::new();
            if lcg.below(2) == 1 {
                text += gaps[lcg.below(6) as usize];
            }
            for _ in 0..lcg.below(6) {
                let word = words[lcg.below(5) as usize];
                expected.push(word);
                text += word;
                text += gaps[lcg.below(6) as usize];
            }
            check(&text, &expected);
        }
    }

    #[test]
    fn long_text() {
        let text = "one, two ".repeat(4_000);
        let expected = ["one", "two"].repeat(4_000);
        assert!(words_string(&text) == expected, "\"one, two \" 4,000 times");
    }
}
