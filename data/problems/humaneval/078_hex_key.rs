/// Counts the hexadecimal digits of `num` that are prime numbers.
///
/// The prime digits are 2, 3, 5, 7, B (eleven) and D (thirteen); every occurrence counts. `num`
/// consists of the digits 0 to 9 and the letters A to F, in upper or lower case or mixed, without
/// a prefix. The empty text has no prime digit.
///
/// # Examples
///
/// ```
/// assert_eq!(hex_key("2B4D"), 3);
/// assert_eq!(hex_key("c0ffee"), 0);
/// assert_eq!(hex_key("bad5"), 3);
/// ```
pub fn hex_key(num: &str) -> usize {
    let mut count = 0;
    for c in num.chars() {
        if matches!(c.to_ascii_uppercase(), '2' | '3' | '5' | '7' | 'B' | 'D') {
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

    fn check(num: &str, expected: usize) {
        assert_eq!(hex_key(num), expected, "hex_key({num:?})");
    }

    #[test]
    fn examples() {
        check("2B4D", 3);
        check("c0ffee", 0);
        check("bad5", 3);
    }

    #[test]
    fn every_digit() {
        for digit in 0..16u32 {
            let prime = digit > 1 && (2..digit).all(|d| digit % d > 0);
            check(&format!("{digit:X}"), usize::from(prime));
            check(&format!("{digit:x}"), usize::from(prime));
        }
    }

    #[test]
    fn whole_numbers() {
        check("", 0);
        check("0", 0);
        check("0123456789ABCDEF", 6);
        check("fedcba9876543210", 6);
        check("FFFFFFFF", 0);
        check("DdBb", 4);
        check("0002", 1);
        check("7777777", 7);
        check("14689ACEace", 0);
        check("20", 1);
        check("02", 1);
    }

    #[test]
    fn random_numbers() {
        let mut lcg = Lcg(78);
        for _ in 0..500 {
            let length = lcg.below(12) as usize;
            let mut text = String::new();
            let mut expected = 0;
            for _ in 0..length {
                let prime = lcg.below(2) as usize;
                let digits = ["014689aceACE", "2357bdBDBDbd"][prime];
                let at = lcg.below(12) as usize;
                text.push_str(&digits[at..=at]);
                expected += prime;
            }
            check(&text, expected);
        }
    }

    #[test]
    fn long_number() {
        let text = "1D".repeat(50_000);
        assert_eq!(hex_key(&text), 50_000, "\"1D\" 50,000 times");
    }
}
