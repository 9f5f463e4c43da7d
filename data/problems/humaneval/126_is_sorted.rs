/// Tells whether `numbers` is in ascending order and has no number more than
/// twice.
///
/// Equal neighbours do not break the order, but only one repetition of a
/// number is allowed: a number that occurs three times or more makes the
/// answer `false`. Several different numbers may each occur twice.
///
/// An empty slice and a slice of one element give `true`. Slices may be long
/// (100,000 elements), so that comparing every pair of elements is too slow.
///
/// # Examples
///
/// ```
/// assert!(is_sorted(&[2, 3, 3, 8]));
/// assert!(!is_sorted(&[2, 3, 3, 3, 8]));
/// assert!(!is_sorted(&[2, 8, 3]));
/// ```
pub fn is_sorted(numbers: &[u64]) -> bool {
    let ascending = numbers.windows(2).all(|pair| pair[0] <= pair[1]);
    let tripled = numbers.windows(3).any(|run| run[0] == run[2]);
    ascending && !tripled
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

    fn check(numbers: &[u64], expected: bool) {
        let got = is_sorted(numbers);
        assert_eq!(got, expected, "is_sorted({numbers:?})");
    }

    /// Compares every pair of positions and counts every number.
    fn brute(numbers: &[u64]) -> bool {
        let count = |n: u64| numbers.iter().filter(|&&other| other == n).count();
        (0..numbers.len())
            .all(|i| count(numbers[i]) <= 2 && (0..i).all(|before| numbers[before] <= numbers[i]))
    }

    #[test]
    fn examples() {
        check(&[2, 3, 3, 8], true);
        check(&[2, 3, 3, 3, 8], false);
        check(&[2, 8, 3], false);
    }

    #[test]
    fn short_slices() {
        check(&[], true);
        check(&[0], true);
        check(&[7], true);
        check(&[1, 2], true);
        check(&[2, 2], true);
        check(&[2, 1], false);
        check(&[0, u64::MAX], true);
        check(&[u64::MAX, 0], false);
    }

    #[test]
    fn repetitions() {
        check(&[1, 1, 1], false);
        check(&[1, 1, 2, 2, 3, 3], true);
        check(&[1, 1, 2, 2, 2, 3], false);
        check(&[1, 1, 1, 2], false);
        check(&[0, 1, 1, 1], false);
        check(&[0, 0, 0, 0], false);
        check(&[1, 1, 2, 1], false);
    }

    #[test]
    fn a_single_step_down() {
        check(&[2, 1, 3, 4], false);
        check(&[1, 3, 2, 4], false);
        check(&[1, 2, 4, 3], false);
        check(&[1, 2, 3, 4], true);
        check(&[4, 3, 2, 1], false);
    }

    #[test]
    fn agrees_with_comparing_everything() {
        let mut rng = Lcg(126);
        let mut sorted = 0;
        for round in 0..3000 {
            let mut numbers: Vec<u64> = (0..rng.below(8)).map(|_| rng.below(9)).collect();
            if round % 3 > 0 {
                numbers.sort();
            }
            let expected = brute(&numbers);
            sorted += usize::from(expected);
            check(&numbers, expected);
        }
        assert!(
            sorted > 500,
            "only {sorted} sorted slices among the generated ones"
        );
    }

    #[test]
    fn long_slice() {
        let mut numbers: Vec<u64> = (0..100_000).map(|i| i / 2).collect();
        assert!(is_sorted(&numbers), "[0, 0, 1, 1, .. 49999, 49999]");
        numbers.push(49_999);
        assert!(!is_sorted(&numbers), "[0, 0, .. 49999, 49999, 49999]");
    }
}
