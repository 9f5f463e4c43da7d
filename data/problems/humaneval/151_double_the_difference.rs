/// Adds up the squares of the odd whole numbers that are not negative.
///
/// Of `numbers`, those count that are a whole number (no fractional part),
/// odd, and greater than 0. All others are ignored: negative numbers, even
/// numbers and zero, numbers with a fractional part, and the special values
/// infinity and NaN.
///
/// The numbers that count are below 1e6, and the result fits in a `u64`. The
/// result is 0 when nothing counts, for an empty slice too. Numbers that do
/// not count may be of any size.
///
/// # Examples
///
/// ```
/// assert_eq!(double_the_difference(&[5.0, 2.0, -3.0, 1.0]), 26);
/// assert_eq!(double_the_difference(&[2.5, 7.0, 3.1]), 49);
/// assert_eq!(double_the_difference(&[]), 0);
/// ```
pub fn double_the_difference(numbers: &[f64]) -> u64 {
    let mut sum = 0;
    for &number in numbers {
        // The remainder takes the sign of the number: -1 for negative odd ones.
        if number % 2.0 == 1.0 {
            sum += (number * number) as u64;
        }
    }
    sum
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

    fn check(numbers: &[f64], expected: u64) {
        let got = double_the_difference(numbers);
        assert_eq!(got, expected, "double_the_difference({numbers:?})");
    }

    #[test]
    fn examples() {
        check(&[5.0, 2.0, -3.0, 1.0], 26);
        check(&[2.5, 7.0, 3.1], 49);
        check(&[], 0);
    }

    #[test]
    fn whole_numbers() {
        for n in 0..40 {
            let square = if n % 2 == 1 { n * n } else { 0 };
            check(&[n as f64], square);
            check(&[-(n as f64)], 0);
        }
        check(&[-0.0], 0);
    }

    #[test]
    fn fractions() {
        check(&[0.5], 0);
        check(&[0.999_999], 0);
        check(&[1.000_001], 0);
        check(&[1.5, 2.5, 3.5], 0);
        check(&[3.000_000_001, 2.999_999_999], 0);
        check(&[-1.5, -2.5], 0);
        check(&[1.0 / 3.0], 0);
        check(&[1.5 + 1.5], 9);
    }

    #[test]
    fn special_and_huge_values() {
        check(&[f64::NAN], 0);
        check(&[f64::INFINITY, f64::NEG_INFINITY], 0);
        check(&[f64::NAN, 3.0, f64::INFINITY], 9);
        check(&[1e300, -1e300, 1e-300], 0); // 1e300 is an even whole number
        check(&[f64::MAX, f64::MIN, f64::MIN_POSITIVE, 1.0], 1);
    }

    #[test]
    fn several_that_count() {
        check(&[1.0, 1.0, 1.0], 3);
        check(&[9.0, 11.0], 202);
        check(&[11.0, 9.0, -9.0, 10.0], 202);
        check(&[99_999.0], 9_999_800_001);
        check(&[999_999.0, 999_999.0], 1_999_996_000_002);
    }

    #[test]
    fn agrees_with_counting_in_quarters() {
        let mut rng = Lcg(151);
        for _ in 0..600 {
            let mut numbers = Vec::new();
            let mut expected = 0;
            for _ in 0..rng.below(9) {
                let quarters = rng.below(200) as i64 - 80;
                let step = [1, 4][rng.below(2) as usize];
                numbers.push((step * quarters) as f64 / 4.0);
                if quarters > 0 && step * quarters % 8 == 4 {
                    expected += (step * quarters / 4).pow(2) as u64;
                }
            }
            check(&numbers, expected);
        }
    }

    #[test]
    fn long_slice() {
        let numbers: Vec<f64> = (0..60_000).map(|n| f64::from(n) / 2.0).collect();
        let got = double_the_difference(&numbers);
        // 1 + 9 + 25 + .. + 29999 * 29999
        assert_eq!(
            got,
            15_000 * (4 * 15_000 * 15_000 - 1) / 3,
            "0.0, 0.5, 1.0, .. 29999.5"
        );
    }
}
