/// Multiplies the sum of the magnitudes of `numbers` by the product of their
/// signs.
///
/// The magnitude of a number is its absolute value. Its sign is `1` for a
/// positive number, `-1` for a negative number and `0` for zero, so that one
/// zero among the numbers makes the result `Some(0)`.
///
/// Returns `None` for an empty slice. The sum of the magnitudes fits in an
/// `i64`.
///
/// # Examples
///
/// ```
/// assert_eq!(prod_signs(&[4, -3, 5]), Some(-12));
/// assert_eq!(prod_signs(&[-4, -3, 5]), Some(12));
/// assert_eq!(prod_signs(&[6, 0, -1]), Some(0));
/// assert_eq!(prod_signs(&[]), None);
/// ```
pub fn prod_signs(numbers: &[i64]) -> Option<i64> {
    if numbers.is_empty() {
        return None;
    }
    let mut sign = 1;
    let mut magnitudes = 0;
    for n in numbers {
        sign *= n.signum();
        magnitudes += n.abs();
    }
    Some(sign * magnitudes)
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

    fn check(numbers: &[i64], expected: Option<i64>) {
        let got = prod_signs(numbers);
        assert_eq!(got, expected, "prod_signs({numbers:?})");
    }

    /// Sorts the numbers into negative, zero and positive ones first.
    fn brute(numbers: &[i64]) -> Option<i64> {
        let negative: Vec<i64> = numbers.iter().copied().filter(|&n| n < 0).collect();
        let positive: Vec<i64> = numbers.iter().copied().filter(|&n| n > 0).collect();
        let total = positive.iter().sum::<i64>() - negative.iter().sum::<i64>();
        if numbers.is_empty() {
            None
        } else if negative.len() + positive.len() < numbers.len() {
            Some(0)
        } else if negative.len() % 2 == 1 {
            Some(-total)
        } else {
            Some(total)
        }
    }

    #[test]
    fn examples() {
        check(&[4, -3, 5], Some(-12));
        check(&[-4, -3, 5], Some(12));
        check(&[6, 0, -1], Some(0));
        check(&[], None);
    }

    #[test]
    fn one_number() {
        check(&[0], Some(0));
        check(&[1], Some(1));
        check(&[-1], Some(-1));
        check(&[17], Some(17));
        check(&[-17], Some(-17));
        check(&[i64::MAX], Some(i64::MAX));
        check(&[-i64::MAX], Some(-i64::MAX));
    }

    #[test]
    fn zeros() {
        check(&[0, 0], Some(0));
        check(&[0, 9], Some(0));
        check(&[9, 0], Some(0));
        check(&[-9, 0], Some(0));
        check(&[-9, -9, 0, 9], Some(0));
    }

    #[test]
    fn number_of_negative_ones() {
        check(&[2, 2, 2], Some(6));
        check(&[-2, 2, 2], Some(-6));
        check(&[-2, -2, 2], Some(6));
        check(&[-2, -2, -2], Some(-6));
        check(&[-1, -2, -3, -4], Some(10));
        check(&[-5, 5], Some(-10));
    }

    #[test]
    fn agrees_with_sorting_by_sign() {
        let mut rng = Lcg(128);
        for round in 0..1500 {
            let offset = if round % 4 == 0 { 10 } else { 3 };
            let numbers: Vec<i64> = (0..rng.below(8))
                .map(|_| match rng.below(21) as i64 - offset {
                    0 if round % 2 == 0 => 1,
                    n => n,
                })
                .collect();
            check(&numbers, brute(&numbers));
        }
    }

    #[test]
    fn long_slice() {
        let mut numbers: Vec<i64> = (1..=50_000).flat_map(|n| [n, -n]).collect();
        let got = prod_signs(&numbers);
        assert_eq!(got, Some(2_500_050_000), "[1, -1, 2, -2, .. 50000, -50000]");
        numbers.push(-1);
        let got = prod_signs(&numbers);
        assert_eq!(got, Some(-2_500_050_001), "[1, -1, .. 50000, -50000, -1]");
    }
}
