/// Swaps the case of the letters of `text`, or reverses a text without letters.
///
/// If `text` contains at least one ASCII letter, every ASCII letter is changed
/// from lower to upper case or from upper to lower case; all other characters
/// stay what and where they are.
///
/// If `text` contains no ASCII letter, its characters (`char`) are returned in
/// reverse order. Letters beyond ASCII, such as `'é'`, do not count as letters
/// here and are never changed. An empty text stays empty. Texts may be long
/// (40,000 characters), so counting from the start to every single character is
/// too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(solve("Rust-2021"), "rUST-2021");
/// assert_eq!(solve("20-21"), "12-02");
/// assert_eq!(solve("#a"), "#A");
/// ```
pub fn solve(text: &str) -> String {
    if !text.contains(|c: char| c.is_ascii_alphabetic()) {
        return text.chars().rev().collect();
    }
    let mut swapped = String::with_capacity(text.len());
    for c in text.chars() {
        swapped.push(if c.is_ascii_lowercase() {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        });
    }
    swapped
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

    fn check(text: &str, expected: &str) {
        let got = solve(text);
        assert_eq!(got, expected, "solve({text:?})");
    }

    const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
    const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /// Looks every character up in the two alphabets.
    fn brute(text: &str) -> String {
        let mut changed = String::new();
        let mut backwards = String::new();
        let mut letters = false;
        for c in text.chars() {
            backwards.insert(0, c);
            let partner = match (LOWER.find(c), UPPER.find(c)) {
                (Some(at), _) => UPPER.chars().nth(at),
                (_, Some(at)) => LOWER.chars().nth(at),
                _ => None,
            };
            letters |= partner.is_some();
            changed.push(partner.unwrap_or(c));
        }
        if letters {
            changed
        } else {
            backwards
        }
    }

    #[test]
    fn examples() {
        check("Rust-2021", "rUST-2021");
        check("20-21", "12-02");
        check("#a", "#A");
    }

    #[test]
    fn short_texts() {
        check("", "");
        check("a", "A");
        check("Z", "z");
        check("1", "1");
        check("ab", "AB");
        check("12", "21");
        check("1b", "1B");
        check("b1", "B1");
    }

    #[test]
    fn all_letters() {
        check(LOWER, UPPER);
        check(UPPER, LOWER);
        for (lower, upper) in LOWER.chars().zip(UPPER.chars()) {
            check(&format!("12{lower}34"), &format!("12{upper}34"));
            check(&format!("12{upper}34"), &format!("12{lower}34"));
        }
    }

    #[test]
    fn one_letter_is_enough() {
        check("123456x", "123456X");
        check("x123456", "X123456");
        check("123X456", "123x456");
        check("a b", "A B");
        check(" . a", " . A");
    }

    #[test]
    fn neighbours_of_the_letters_are_none() {
        check("@[`{", "{`[@");
        check("/0 9:", ":9 0/");
        check("@A[`a{", "@a[`A{");
    }

    #[test]
    fn characters_beyond_ascii() {
        check("éà", "àé");
        check("1é", "é1");
        check("aé", "Aé");
        check("ÉA", "Éa");
        check("日本1", "1本日");
        check("日本q", "日本Q");
        check("ßİ", "İß");
        check("ßz", "ßZ");
    }

    #[test]
    fn agrees_with_looking_letters_up() {
        let mut rng = Lcg(161);
        let chars = ['1', '#', ' ', 'é', '@', 'q', 'A', 'm', 'Z'];
        for round in 0..1500 {
            let kinds = if round % 3 == 0 { 5 } else { 9 };
            let text: String = (0..rng.below(8))
                .map(|_| chars[rng.below(kinds) as usize])
                .collect();
            check(&text, &brute(&text));
        }
    }

    #[test]
    fn long_texts() {
        let got = solve(&"12".repeat(20_000));
        assert!(got == "21".repeat(20_000), "\"12\" repeated 20000 times");
        let got = solve(&("12".repeat(20_000) + "x"));
        assert!(
            got == "12".repeat(20_000) + "X",
            "\"12\" repeated 20000 times, \"x\""
        );
    }
}
