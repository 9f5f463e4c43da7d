/// Adds up those of the first `k` elements of `numbers` that are written with
/// at most two digits.
///
/// The minus sign is no digit: the numbers that count are -99 up to 99, both
/// included. Longer numbers are left out, but still use up one of the `k`
/// places. Any `i64` may occur, including `i64::MIN`.
///
/// - If `k` exceeds the length of `numbers`, all elements are looked at.
/// - The result is 0 when nothing is added: for `k` of 0, for an empty slice,
///   or when all of the first `k` elements are too long.
/// - The sum fits in an `i64`.
///
/// # Examples
///
/// ```
/// assert_eq!(add_elements(&[250, 8, -1000, 31, 60], 4), 39);
/// assert_eq!(add_elements(&[-45, 100, 3], 1), -45);
/// assert_eq!(add_elements(&[5, 6], 9), 11);
/// ```
pub fn add_elements(numbers: &[i64], k: usize) -> i64 {
    let mut sum = 0;
    for &n in numbers.iter().take(k) {
        if -100 < n && n < 100 {
            sum += n;
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

    fn check(numbers: &[i64], k: usize, expected: i64) {
        let got = add_elements(numbers, k);
        assert_eq!(got, expected, "add_elements({numbers:?}, {k})");
    }

    /// Counts the digits of each number as it is written.
    fn brute(numbers: &[i64], k: usize) -> i64 {
        let mut sum = 0;
        for (i, n) in numbers.iter().enumerate() {
            let digits = n.to_string().chars().filter(char::is_ascii_digit).count();
            if i < k && digits < 3 {
                sum += n;
            }
        }
        sum
    }

    #[test]
    fn examples() {
        check(&[250, 8, -1000, 31, 60], 4, 39);
        check(&[-45, 100, 3], 1, -45);
        check(&[5, 6], 9, 11);
    }

    #[test]
    fn nothing_to_add() {
        check(&[], 0, 0);
        check(&[], 3, 0);
        check(&[5, 6], 0, 0);
        check(&[100, -100, 5], 2, 0);
        check(&[0], 1, 0);
    }

    #[test]
    fn borders_of_two_digits() {
        check(&[99], 1, 99);
        check(&[100], 1, 0);
        check(&[101], 1, 0);
        check(&[98], 1, 98);
        check(&[-99], 1, -99);
        check(&[-100], 1, 0);
        check(&[-101], 1, 0);
        check(&[-98], 1, -98);
        check(&[9, 10, -9, -10, 1], 5, 1);
    }

    #[test]
    fn every_k() {
        let numbers = [1, 20, 300, 4, -5, 60];
        let expected = [0, 1, 21, 21, 25, 20, 80, 80];
        for (k, sum) in expected.into_iter().enumerate() {
            check(&numbers, k, sum);
        }
    }

    #[test]
    fn extreme_values() {
        check(&[i64::MIN, 7, i64::MAX], 3, 7);
        check(&[i64::MIN], 1, 0);
        check(&[i64::MAX], 1, 0);
    }

    #[test]
    fn agrees_with_counting_written_digits() {
        let mut rng = Lcg(122);
        for _ in 0..800 {
            let numbers: Vec<i64> = (0..rng.below(8))
                .map(|_| rng.below(261) as i64 - 130)
                .collect();
            let k = rng.below(10) as usize;
            check(&numbers, k, brute(&numbers, k));
        }
    }

    #[test]
    fn long_slice() {
        let numbers: Vec<i64> = (0..100_000).map(|i| i % 200).collect();
        let got = add_elements(&numbers, 99_950);
        assert_eq!(got, 2_475_000, "i % 200 for i in 0..100000, k = 99950");
    }
}
