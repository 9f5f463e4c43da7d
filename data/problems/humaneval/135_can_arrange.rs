/// Returns the largest index whose element is less than the element just
/// before it.
///
/// In other words: the largest `i` from 1 on with
/// `numbers[i] < numbers[i - 1]`, or `None` if there is none. Equal neighbours
/// do not count. Slices with fewer than two elements give `None`.
///
/// # Examples
///
/// ```
/// assert_eq!(can_arrange(&[5, 3, 8, 6, 7]), Some(3)); // 6 < 8
/// assert_eq!(can_arrange(&[-1, 2, 2, 9]), None);
/// assert_eq!(can_arrange(&[4]), None);
/// ```
pub fn can_arrange(numbers: &[i64]) -> Option<usize> {
    (1..numbers.len()).rfind(|&i| numbers[i] < numbers[i - 1])
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

    fn check(numbers: &[i64], expected: Option<usize>) {
        let got = can_arrange(numbers);
        assert_eq!(got, expected, "can_arrange({numbers:?})");
    }

    /// Shortens the slice from the right for as long as its end rises.
    fn brute(numbers: &[i64]) -> Option<usize> {
        match numbers {
            [.., before, last] if last < before => Some(numbers.len() - 1),
            [rest @ .., _] => brute(rest),
            [] => None,
        }
    }

    #[test]
    fn examples() {
        check(&[5, 3, 8, 6, 7], Some(3));
        check(&[-1, 2, 2, 9], None);
        check(&[4], None);
    }

    #[test]
    fn short_slices() {
        check(&[], None);
        check(&[0], None);
        check(&[1, 2], None);
        check(&[2, 2], None);
        check(&[2, 1], Some(1));
        check(&[0, -1], Some(1));
        check(&[i64::MIN, i64::MAX], None);
        check(&[i64::MAX, i64::MIN], Some(1));
    }

    #[test]
    fn one_step_down_in_each_place() {
        for at in 1..12 {
            let numbers: Vec<i64> = (0..12).map(|i| if i < at { 100 + i } else { i }).collect();
            check(&numbers, Some(at as usize));
        }
    }

    #[test]
    fn the_last_step_down_counts() {
        check(&[9, 8, 7, 6], Some(3));
        check(&[9, 8, 7, 7], Some(2));
        check(&[9, 8, 7, 8], Some(2));
        check(&[9, 8, 8, 9], Some(1));
        check(&[3, 1, 2, 0, 5, 5, 6], Some(3));
        // Less than an earlier element, but not than the one just before.
        check(&[9, 1, 2, 3], Some(1));
    }

    #[test]
    fn agrees_with_shortening_the_slice() {
        let mut rng = Lcg(135);
        for _ in 0..2000 {
            let numbers: Vec<i64> = (0..rng.below(8)).map(|_| rng.below(7) as i64 - 3).collect();
            check(&numbers, brute(&numbers));
        }
    }

    #[test]
    fn long_slice() {
        let mut numbers: Vec<i64> = (0..100_000).collect();
        assert_eq!(can_arrange(&numbers), None, "0, 1, .. 99999");
        numbers[0] = 2;
        assert_eq!(can_arrange(&numbers), Some(1), "2, 1, 2, 3, .. 99999");
    }
}
