/// Adds up the ASCII codes of the capital letters `A` to `Z` in `text`.
///
/// Every occurrence counts, so `"BB"` gives `66 + 66`. All other characters add nothing, and
/// neither do capitals outside of ASCII, such as `É`. The sum is 0 when there is no capital.
///
/// # Examples
///
/// ```
/// assert_eq!(digit_sum("Ok, Bob!"), 79 + 66);
/// assert_eq!(digit_sum("lower case, 12 digits"), 0);
/// ```
pub fn digit_sum(text: &str) -> u64 {
    let mut sum = 0;
    for byte in text.bytes() {
        if byte.is_ascii_uppercase() {
            sum += u64::from(byte);
        }
    }
    sum
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

    fn check(text: &str, expected: u64) {
        assert_eq!(digit_sum(text), expected, "digit_sum({text:?})");
    }

    #[test]
    fn examples() {
        check("Ok, Bob!", 79 + 66);
        check("lower case, 12 digits", 0);
    }

    #[test]
    fn every_ascii_character() {
        for code in 0..128u8 {
            let expected = match code {
                65..=90 => u64::from(code),
                _ => 0,
            };
            check(&char::from(code).to_string(), expected);
        }
    }

    #[test]
    fn several_capitals() {
        check("", 0);
        check("BB", 132);
        check("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 2_015);
        check("xAyBz", 131);
        check("McDonald", 145);
        check("@A[Z", 155);
    }

    #[test]
    fn capitals_outside_of_ascii_add_nothing() {
        check("ÉÄΩЖ", 0);
        check("ÉA", 65);
        check("Ａ", 0);
    }

    #[test]
    fn random_texts() {
        let mut lcg = Lcg(66);
        for _ in 0..200 {
            let mut text = String::new();
            let mut expected = 0;
            for _ in 0..lcg.below(20) {
                let letter = lcg.below(26);
                expected += letter + 65;
                text.push(char::from(letter as u8 + 65));
                text.push(char::from(lcg.below(26) as u8 + 97));
            }
            check(&text, expected);
        }
    }

    #[test]
    fn long_text() {
        let text = "aZ".repeat(100_000);
        assert_eq!(digit_sum(&text), 9_000_000, "\"aZ\" 100,000 times");
    }
}
