/// Adds up the decimal digits of `n` and returns the sum in binary.
///
/// The result holds the digits `0` and `1` only, without a prefix and without leading zeros; the
/// sum zero is written `"0"`.
///
/// # Examples
///
/// ```
/// assert_eq!(solve(508), "1101");
/// assert_eq!(solve(1_000), "1");
/// assert_eq!(solve(0), "0");
/// ```
pub fn solve(n: u64) -> String {
    let mut rest = n;
    let mut sum = 0;
    while rest > 0 {
        sum += rest % 10;
        rest /= 10;
    }
    format!("{sum:b}")
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

    fn check(n: u64, expected: &str) {
        assert_eq!(solve(n), expected, "solve({n})");
    }

    #[test]
    fn examples() {
        check(508, "1101");
        check(1_000, "1");
        check(0, "0");
    }

    #[test]
    fn one_digit() {
        let expected = [
            "0", "1", "10", "11", "100", "101", "110", "111", "1000", "1001",
        ];
        for (n, text) in (0..).zip(expected) {
            check(n, text);
        }
    }

    #[test]
    fn several_digits() {
        check(10, "1");
        check(11, "10");
        check(99, "10010");
        check(150, "110");
        check(963, "10010");
        check(10_000, "1");
        check(9_999, "100100");
    }

    #[test]
    fn large_numbers() {
        check(u64::MAX, "1010111");
        check(10_000_000_000_000_000_000, "1");
        check(9_999_999_999_999_999_999, "10101011");
        check(18_446_744_073_709_551_609, "1011010");
    }

    #[test]
    fn numbers_built_from_digits() {
        let mut lcg = Lcg(84);
        for _ in 0..500 {
            let mut n = 0;
            let mut sum = 0usize;
            for _ in 0..lcg.below(19) {
                let digit = lcg.below(10);
                n = 10 * n + digit;
                sum += digit as usize;
            }
            let got = solve(n);
            assert_eq!(
                usize::from_str_radix(&got, 2),
                Ok(sum),
                "solve({n}), got {got:?}"
            );
            assert!(
                got == "0" || got.starts_with('1'),
                "solve({n}) has leading zeros: {got:?}"
            );
        }
    }
}
