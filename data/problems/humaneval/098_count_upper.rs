/// Counts the capital vowels that stand at even indices.
///
/// The capital vowels are `A`, `E`, `I`, `O` and `U`. The index of a character is the number of
/// characters (`char`s, not bytes) before it, so the first one has the even index 0. Texts may be
/// long (100,000 characters), so counting from the start to every single index is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(count_upper("AbEdI"), 3);
/// assert_eq!(count_upper("xAxE"), 0);
/// assert_eq!(count_upper("éxU"), 1);
/// ```
pub fn count_upper(s: &str) -> usize {
    let mut count = 0;
    for c in s.chars().step_by(2) {
        if matches!(c, 'A' | 'E' | 'I' | 'O' | 'U') {
            count += 1;
        }
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

    fn check(s: &str, expected: usize) {
        assert_eq!(count_upper(s), expected, "count_upper({s:?})");
    }

    #[test]
    fn examples() {
        check("AbEdI", 3);
        check("xAxE", 0);
        check("éxU", 1);
    }

    #[test]
    fn every_ascii_character() {
        for c in (0u8..128).map(char::from) {
            let vowel = usize::from("AEIOU".contains(c));
            check(&c.to_string(), vowel);
            check(&format!("x{c}"), 0);
            check(&format!("xx{c}x"), vowel);
        }
    }

    #[test]
    fn short_texts() {
        check("", 0);
        check("AA", 1);
        check("AAA", 2);
        check("AEIOU", 3);
        check("UOIEA", 3);
        check("aeiou", 0);
        check("AeIoU", 3);
        check("aEiOu", 0);
        check("BYE", 1);
        check("OBEY", 2);
    }

    #[test]
    fn indices_count_characters() {
        check("ßA", 0);
        check("ßßA", 1);
        check("日A本E", 0);
        check("A日E本I", 3);
        check("ÄxÉxA", 1);
    }

    #[test]
    fn random_texts() {
        let mut lcg = Lcg(98);
        for _ in 0..300 {
            let mut text = String::new();
            let mut expected = 0;
            for _ in 0..lcg.below(9) {
                let vowel = lcg.below(2) as usize;
                let at = lcg.below(5) as usize;
                text.push_str(&["aeBiY", "AEIOU"][vowel][at..=at]);
                text.push_str(["A", "U", "x", "é", "E"][lcg.below(5) as usize]);
                expected += vowel;
            }
            check(&text, expected);
        }
    }

    #[test]
    fn long_text() {
        let text = "Oo".repeat(50_000);
        assert_eq!(count_upper(&text), 50_000, "\"Oo\" 50,000 times");
    }
}
