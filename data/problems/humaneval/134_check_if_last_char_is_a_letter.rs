/// Tells whether `text` ends with a letter that stands alone.
///
/// The answer is `true` when the last character of `text` is a letter and the
/// character before it is a space (`' '`) or does not exist. In all other
/// cases it is `false`: the text is empty, it ends with a space, a digit, a
/// punctuation mark or any other character that is no letter, or its last
/// letter follows directly after something other than a space, be it another
/// letter, a digit, a hyphen or a tab.
///
/// Characters are Unicode scalar values, and a letter is a character for which
/// `char::is_alphabetic` is true, in either case.
///
/// # Examples
///
/// ```
/// assert!(check_if_last_char_is_a_letter("vitamin c"));
/// assert!(!check_if_last_char_is_a_letter("vitamin"));
/// assert!(!check_if_last_char_is_a_letter("vitamin c "));
/// assert!(!check_if_last_char_is_a_letter("vitamin-c"));
/// assert!(!check_if_last_char_is_a_letter(""));
/// ```
pub fn check_if_last_char_is_a_letter(text: &str) -> bool {
    let mut backwards = text.chars().rev();
    let ends_with_letter = backwards.next().is_some_and(char::is_alphabetic);
    let before = backwards.next().unwrap_or(' ');
    ends_with_letter && before == ' '
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

    fn check(text: &str, expected: bool) {
        let got = check_if_last_char_is_a_letter(text);
        assert_eq!(got, expected, "check_if_last_char_is_a_letter({text:?})");
    }

    #[test]
    fn examples() {
        check("vitamin c", true);
        check("vitamin", false);
        check("vitamin c ", false);
        check("vitamin-c", false);
        check("", false);
    }

    #[test]
    fn one_character() {
        check("x", true);
        check("X", true);
        check(" ", false);
        check("7", false);
        check("!", false);
        check("\t", false);
    }

    #[test]
    fn two_characters() {
        check(" x", true);
        check("x ", false);
        check("xx", false);
        check("x7", false);
        check("7x", false);
        check(" 7", false);
        check("  ", false);
        check("\tx", false);
        check("\nx", false);
    }

    #[test]
    fn only_the_last_two_characters_matter() {
        check("a b c d", true);
        check("1 2 3 d", true);
        check("a b c 4", false);
        check("a b cd", false);
        check("   q", true);
        check("   q   ", false);
        check("a_b", false);
        check("what? I", true);
        check("what? I?", false);
        check("x y z.", false);
    }

    #[test]
    fn every_ascii_character_at_the_end_and_before_it() {
        for code in 0..128u8 {
            let c = char::from(code);
            let letter = c.is_ascii_alphabetic();
            check(&c.to_string(), letter);
            check(&format!("ab {c}"), letter);
            check(&format!("ab{c}"), false);
            check(&format!("ab {c}k"), c == ' ');
        }
    }

    #[test]
    fn characters_beyond_ascii() {
        check("é", true);
        check("caf é", true);
        check("café", false);
        check("caf\u{a0}e", false);
        check("日 本", true);
        check("日本", false);
        check("ok 😀", false);
        check("é c", true);
        check("éc", false);
    }

    #[test]
    fn agrees_with_texts_put_together() {
        let mut rng = Lcg(134);
        let pieces = ["ab", " ", "Z", "9", "-", "x"];
        for _ in 0..1000 {
            let mut text: String = (0..rng.below(5))
                .map(|_| pieces[rng.below(6) as usize])
                .collect();
            let alone = text.is_empty() || text.ends_with(' ');
            text.push(['q', 'R', '5', ' '][rng.below(4) as usize]);
            check(&text, alone && (text.ends_with('q') || text.ends_with('R')));
        }
    }

    #[test]
    fn long_text() {
        let text = "word ".repeat(20_000);
        assert!(
            !check_if_last_char_is_a_letter(&text),
            "\"word \" repeated 20000 times"
        );
        let text = text + "x";
        assert!(
            check_if_last_char_is_a_letter(&text),
            "the same, followed by \"x\""
        );
    }
}
