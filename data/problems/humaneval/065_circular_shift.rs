/// Moves the decimal digits of `x` to the right by `shift` places, in a circle, and returns them
/// as text.
///
/// In one step the last digit goes to the front. If `shift` is greater than the number of digits,
/// the digits are returned in reverse order instead (no matter how much greater it is); a shift
/// equal to the number of digits brings every digit back to its place. Zeros that come to stand at
/// the front are kept, so the text always has as many digits as `x`. Zero has one digit.
///
/// # Examples
///
/// ```
/// assert_eq!(circular_shift(1234, 1), "4123");
/// assert_eq!(circular_shift(700, 2), "007");
/// assert_eq!(circular_shift(58, 2), "58");
/// assert_eq!(circular_shift(58, 3), "85");
/// ```
pub fn circular_shift(x: u64, shift: usize) -> String {
    let digits = x.to_string();
    if shift > digits.len() {
        return digits.chars().rev().collect();
    }
    let (head, tail) = digits.split_at(digits.len() - shift);
    format!("{tail}{head}")
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

    fn check(x: u64, shift: usize, expected: &str) {
        assert_eq!(
            circular_shift(x, shift),
            expected,
            "circular_shift({x}, {shift})"
        );
    }

    #[test]
    fn examples() {
        check(1234, 1, "4123");
        check(700, 2, "007");
        check(58, 2, "58");
        check(58, 3, "85");
    }

    #[test]
    fn every_shift_of_a_number() {
        check(97_531, 0, "97531");
        check(97_531, 1, "19753");
        check(97_531, 2, "31975");
        check(97_531, 3, "53197");
        check(97_531, 4, "75319");
        check(97_531, 5, "97531");
        check(97_531, 6, "13579");
        check(97_531, 7, "13579");
        check(97_531, 12, "13579");
    }

    #[test]
    fn one_digit() {
        for shift in [0, 1, 2, 10, usize::MAX] {
            check(0, shift, "0");
            check(6, shift, "6");
        }
    }

    #[test]
    fn zeros_are_kept() {
        check(100, 1, "010");
        check(100, 2, "001");
        check(100, 3, "100");
        check(100, 4, "001");
        check(1_020, 3, "0201");
        check(1_020, 9, "0201");
    }

    #[test]
    fn large_numbers_and_shifts() {
        check(u64::MAX, 0, "18446744073709551615");
        check(u64::MAX, 19, "84467440737095516151");
        check(u64::MAX, 20, "18446744073709551615");
        check(u64::MAX, 21, "51615590737044764481");
        check(u64::MAX, usize::MAX, "51615590737044764481");
    }

    #[test]
    fn single_steps_agree() {
        let mut lcg = Lcg(65);
        for _ in 0..200 {
            let x = lcg.below(1 << 31) >> lcg.below(31);
            let mut digits: Vec<char> = x.to_string().chars().collect();
            for shift in 0..=digits.len() {
                check(x, shift, &digits.iter().collect::<String>());
                if let Some(last) = digits.pop() {
                    digits.insert(0, last);
                }
            }
        }
    }
}
