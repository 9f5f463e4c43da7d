/// Rounds every number up to an integer, squares these integers and returns
/// the sum of the squares.
///
/// Rounding up means: to the smallest integer that is not less than the
/// number, so that 2.1 becomes 3, -2.9 becomes -2, -0.5 becomes 0, and a whole
/// number stays what it is.
///
/// All numbers are finite and lie between -1e6 and 1e6; the result fits in an
/// `i64`. An empty slice gives 0.
///
/// # Examples
///
/// ```
/// assert_eq!(sum_squares(&[1.5, 3.0]), 13); // 2 * 2 + 3 * 3
/// assert_eq!(sum_squares(&[-1.5, 0.25]), 2); // (-1) * (-1) + 1 * 1
/// assert_eq!(sum_squares(&[]), 0);
/// ```
pub fn sum_squares(numbers: &[f64]) -> i64 {
    let mut sum = 0;
    for number in numbers {
        let rounded = number.ceil() as i64;
        sum += rounded * rounded;
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

    fn check(numbers: &[f64], expected: i64) {
        let got = sum_squares(numbers);
        assert_eq!(got, expected, "sum_squares({numbers:?})");
    }

    #[test]
    fn examples() {
        check(&[1.5, 3.0], 13);
        check(&[-1.5, 0.25], 2);
        check(&[], 0);
    }

    #[test]
    fn around_zero() {
        check(&[0.0], 0);
        check(&[-0.0], 0);
        check(&[0.001], 1);
        check(&[-0.001], 0);
        check(&[-0.999], 0);
        check(&[-1.0], 1);
        check(&[1.0], 1);
        check(&[1.001], 4);
        check(&[-1.001], 1);
    }

    #[test]
    fn always_up() {
        check(&[4.1], 25);
        check(&[4.5], 25);
        check(&[4.9], 25);
        check(&[5.0], 25);
        check(&[-4.1], 16);
        check(&[-4.5], 16);
        check(&[-4.9], 16);
        check(&[-5.0], 25);
    }

    #[test]
    fn order_and_repetition() {
        check(&[2.0, 2.0, 2.0], 12);
        check(&[0.5, 7.0, -2.5], 54);
        check(&[-2.5, 0.5, 7.0], 54);
        check(&[3.0, -3.0], 18);
    }

    #[test]
    fn large_numbers() {
        check(&[1e6], 1_000_000_000_000);
        check(&[-1e6], 1_000_000_000_000);
        check(&[999_999.5, -999_999.5], 1_999_998_000_001);
    }

    #[test]
    fn agrees_with_whole_numbers_lowered() {
        let mut rng = Lcg(133);
        for _ in 0..500 {
            let mut numbers = Vec::new();
            let mut expected = 0;
            for _ in 0..rng.below(7) {
                let whole = rng.below(2_001) as i64 - 1_000;
                // Less than 1 below the whole number that is its ceiling.
                numbers.push(whole as f64 - rng.below(8) as f64 / 8.0);
                expected += whole * whole;
            }
            check(&numbers, expected);
        }
    }

    #[test]
    fn long_slice() {
        let numbers: Vec<f64> = (0..50_000).map(|i| f64::from(i) / 2.0).collect();
        let got = sum_squares(&numbers);
        // 1 .. 24999 occur twice, 25000 occurs once, for 49999 / 2.
        assert_eq!(got, 10_416_666_675_000, "0.0, 0.5, 1.0, .. 24999.5");
    }
}
