/// Returns the largest negative number and the smallest positive number of
/// `numbers`, in this order.
///
/// The first is `None` if there is no negative number, the second is `None` if
/// there is no positive number. Zero is neither negative nor positive. The
/// slice may be empty, may hold duplicates, and is in no particular order.
///
/// # Examples
///
/// ```
/// assert_eq!(largest_smallest_integers(&[4, -9, 2, -3, 7]), (Some(-3), Some(2)));
/// assert_eq!(largest_smallest_integers(&[0, 6]), (None, Some(6)));
/// assert_eq!(largest_smallest_integers(&[]), (None, None));
/// ```
pub fn largest_smallest_integers(numbers: &[i64]) -> (Option<i64>, Option<i64>) {
    let negative = numbers.iter().copied().filter(|&n| n < 0);
    let positive = numbers.iter().copied().filter(|&n| n > 0);
    (negative.max(), positive.min())
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

    fn check(numbers: &[i64], expected: (Option<i64>, Option<i64>)) {
        let got = largest_smallest_integers(numbers);
        assert_eq!(got, expected, "largest_smallest_integers({numbers:?})");
    }

    /// Looks for the numbers in the order of their distance from zero.
    fn brute(numbers: &[i64]) -> (Option<i64>, Option<i64>) {
        let negative = (1..50).map(|n| -n).find(|n| numbers.contains(n));
        let positive = (1..50).find(|n| numbers.contains(n));
        (negative, positive)
    }

    #[test]
    fn examples() {
        check(&[4, -9, 2, -3, 7], (Some(-3), Some(2)));
        check(&[0, 6], (None, Some(6)));
        check(&[], (None, None));
    }

    #[test]
    fn zeros_are_neither() {
        check(&[0], (None, None));
        check(&[0, 0, 0], (None, None));
        check(&[0, -4], (Some(-4), None));
        check(&[-1, 0, 1], (Some(-1), Some(1)));
    }

    #[test]
    fn one_sign_only() {
        check(&[1], (None, Some(1)));
        check(&[-1], (Some(-1), None));
        check(&[5, 3, 8], (None, Some(3)));
        check(&[-5, -3, -8], (Some(-3), None));
        check(&[7, 7], (None, Some(7)));
    }

    #[test]
    fn the_place_does_not_matter() {
        check(&[1, 2, 3, -3, -2, -1], (Some(-1), Some(1)));
        check(&[-1, -2, -3, 3, 2, 1], (Some(-1), Some(1)));
        check(&[3, -2, 1, -1, 2, -3], (Some(-1), Some(1)));
        check(&[-100, 200], (Some(-100), Some(200)));
    }

    #[test]
    fn extreme_values() {
        check(&[i64::MIN, i64::MAX], (Some(i64::MIN), Some(i64::MAX)));
        check(&[i64::MIN, -1, i64::MAX], (Some(-1), Some(i64::MAX)));
        check(&[i64::MIN, 0, 1, i64::MAX], (Some(i64::MIN), Some(1)));
    }

    #[test]
    fn agrees_with_searching_outwards_from_zero() {
        let mut rng = Lcg(136);
        for _ in 0..1500 {
            let low = rng.below(40) as i64 - 30;
            let numbers: Vec<i64> = (0..rng.below(8))
                .map(|_| low + rng.below(20) as i64)
                .collect();
            check(&numbers, brute(&numbers));
        }
    }

    #[test]
    fn long_slice() {
        let numbers: Vec<i64> = (3..80_000).flat_map(|n| [n, 1 - n]).collect();
        let got = largest_smallest_integers(&numbers);
        assert_eq!(got, (Some(-2), Some(3)), "3, -2, 4, -3, .. 79999, -79998");
    }
}
