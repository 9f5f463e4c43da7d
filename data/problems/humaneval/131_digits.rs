/// Multiplies the odd digits of `n`, written in decimal.
///
/// Every occurrence of a digit counts. If `n` has no odd digit, the result is
/// 0; this includes `n` of 0. The product always fits in a `u64`.
///
/// # Examples
///
/// ```
/// assert_eq!(digits(2375), 105); // 3 * 7 * 5
/// assert_eq!(digits(3063), 9);
/// assert_eq!(digits(1), 1);
/// assert_eq!(digits(8402), 0);
/// ```
pub fn digits(n: u64) -> u64 {
    let mut product = 1;
    let mut found_odd = false;
    let mut rest = n;
    while rest > 0 {
        let digit = rest % 10;
        if digit % 2 == 1 {
            product *= digit;
            found_odd = true;
        }
        rest /= 10;
    }
    if found_odd {
        product
    } else {
        0
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

    fn check(n: u64, expected: u64) {
        let got = digits(n);
        assert_eq!(got, expected, "digits({n})");
    }

    #[test]
    fn examples() {
        check(2375, 105);
        check(3063, 9);
        check(1, 1);
        check(8402, 0);
    }

    #[test]
    fn single_digits() {
        for n in 0..10 {
            check(n, if n % 2 == 1 { n } else { 0 });
        }
    }

    #[test]
    fn all_digits_even() {
        for n in [0, 20, 88, 246, 2_000_000, 8_646_464_640_202_808_642] {
            check(n, 0);
        }
    }

    #[test]
    fn only_ones_are_odd() {
        for n in [10, 11, 100, 1_111, 2_012, 6_104] {
            check(n, 1);
        }
    }

    #[test]
    fn first_and_last_digit_count() {
        check(30, 3);
        check(300_000, 3);
        check(200_003, 3);
        check(500_007, 35);
        check(94, 9);
        check(49, 9);
        check(99, 81);
    }

    #[test]
    fn large_numbers() {
        check(u64::MAX, 7 * 7 * 7 * 3 * 9 * 5 * 5 * 5); // 18446744073709551615
        check(9_999_999_999_999_999_999, 9u64.pow(19));
        check(10_000_000_000_000_000_000, 1);
        check(3_333_333_333_333_333_333, 3u64.pow(19));
    }

    #[test]
    fn agrees_with_numbers_put_together() {
        let mut rng = Lcg(131);
        for _ in 0..2000 {
            let mut text = String::new();
            let mut odd = Vec::new();
            for _ in 0..1 + rng.below(18) {
                let digit = if rng.below(3) == 0 {
                    2 * rng.below(5) + 1
                } else {
                    2 * rng.below(5)
                };
                if digit % 2 == 1 {
                    odd.push(digit);
                }
                text += &digit.to_string();
            }
            let expected = if odd.is_empty() {
                0
            } else {
                odd.iter().product()
            };
            check(text.parse().unwrap(), expected);
        }
    }
}
