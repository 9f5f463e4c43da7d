/// Returns the `k` largest elements of `numbers`, smallest first.
///
/// - Equal elements count separately: the two largest of `[5, 5, 1]` are
///   `[5, 5]`.
/// - `k` of 0 gives an empty vector. If `k` is the length of `numbers` or
///   more, all elements are returned (in ascending order).
/// - `numbers` may be empty, and is in no particular order.
///
/// # Examples
///
/// ```
/// assert_eq!(maximum(&[4, -7, 9, 0], 2), [4, 9]);
/// assert_eq!(maximum(&[5, 1, 5], 2), [5, 5]);
/// assert_eq!(maximum(&[2, 1], 6), [1, 2]);
/// assert_eq!(maximum(&[8, 3], 0), []);
/// ```
pub fn maximum(numbers: &[i64], k: usize) -> Vec<i64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    let smaller = sorted.len().saturating_sub(k);
    sorted.split_off(smaller)
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

    fn check(numbers: &[i64], k: usize, expected: &[i64]) {
        let got = maximum(numbers, k);
        assert_eq!(got, expected, "maximum({numbers:?}, {k})");
    }

    /// Takes the largest element out, up to `k` times.
    fn brute(numbers: &[i64], k: usize) -> Vec<i64> {
        let mut left = numbers.to_vec();
        let mut taken = Vec::new();
        while taken.len() < k && !left.is_empty() {
            let mut at = 0;
            for i in 0..left.len() {
                if left[i] > left[at] {
                    at = i;
                }
            }
            taken.insert(0, left.remove(at));
        }
        taken
    }

    #[test]
    fn examples() {
        check(&[4, -7, 9, 0], 2, &[4, 9]);
        check(&[5, 1, 5], 2, &[5, 5]);
        check(&[2, 1], 6, &[1, 2]);
        check(&[8, 3], 0, &[]);
    }

    #[test]
    fn empty_input() {
        check(&[], 0, &[]);
        check(&[], 1, &[]);
        check(&[], 7, &[]);
    }

    #[test]
    fn every_k() {
        let numbers = [30, -20, 10, 40, -50];
        check(&numbers, 0, &[]);
        check(&numbers, 1, &[40]);
        check(&numbers, 2, &[30, 40]);
        check(&numbers, 3, &[10, 30, 40]);
        check(&numbers, 4, &[-20, 10, 30, 40]);
        check(&numbers, 5, &[-50, -20, 10, 30, 40]);
        check(&numbers, 6, &[-50, -20, 10, 30, 40]);
        check(&numbers, 100, &[-50, -20, 10, 30, 40]);
    }

    #[test]
    fn duplicates_and_extremes() {
        check(&[7, 7, 7], 2, &[7, 7]);
        check(&[7, 7, 7], 3, &[7, 7, 7]);
        check(&[1, 9, 9, 2], 3, &[2, 9, 9]);
        check(&[i64::MIN, i64::MAX, 0], 2, &[0, i64::MAX]);
        check(&[i64::MIN, i64::MIN], 1, &[i64::MIN]);
        check(&[-3, -1, -2], 1, &[-1]);
    }

    #[test]
    fn agrees_with_taking_the_largest_out() {
        let mut rng = Lcg(120);
        for _ in 0..500 {
            let numbers: Vec<i64> = (0..rng.below(9))
                .map(|_| rng.below(21) as i64 - 10)
                .collect();
            let k = rng.below(11) as usize;
            check(&numbers, k, &brute(&numbers, k));
        }
    }

    #[test]
    fn long_slice() {
        // 7919 has no factor in common with 8000: a permutation of 0..8000.
        let numbers: Vec<i64> = (0..8_000).map(|i| i * 7_919 % 8_000).collect();
        let got = maximum(&numbers, 5_000);
        let expected: Vec<i64> = (3_000..8_000).collect();
        assert!(got == expected, "0..8000 in a mixed order, k = 5000");
    }
}
