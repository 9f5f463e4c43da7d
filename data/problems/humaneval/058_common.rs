/// Returns the values that occur in both `a` and `b`.
///
/// The result is in ascending order and holds every shared value exactly once, however often it
/// occurs in the inputs. It is empty when nothing is shared. Both inputs may be unsorted, may
/// hold duplicates and may be long (100,000 values each), so comparing every pair is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(common(&[9, 4, 4, -2], &[4, 7, -2, 4]), [-2, 4]);
/// assert_eq!(common(&[1, 2], &[3]), []);
/// ```
pub fn common(a: &[i64], b: &[i64]) -> Vec<i64> {
    let mut shared = a.to_vec();
    shared.sort_unstable();
    shared.dedup();
    let mut sorted_b = b.to_vec();
    sorted_b.sort_unstable();
    shared.retain(|value| sorted_b.binary_search(value).is_ok());
    shared
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

    fn check(a: &[i64], b: &[i64], expected: &[i64]) {
        assert_eq!(common(a, b), expected, "common({a:?}, {b:?})");
    }

    #[test]
    fn examples() {
        check(&[9, 4, 4, -2], &[4, 7, -2, 4], &[-2, 4]);
        check(&[1, 2], &[3], &[]);
    }

    #[test]
    fn empty_inputs() {
        check(&[], &[], &[]);
        check(&[1, 2], &[], &[]);
        check(&[], &[1, 2], &[]);
    }

    #[test]
    fn order_and_duplicates() {
        check(&[5], &[5], &[5]);
        check(&[3, 1, 2], &[2, 3, 1], &[1, 2, 3]);
        check(&[8, 8, 8], &[8, 8], &[8]);
        check(&[6, 1, 6, 1, 6], &[1, 6], &[1, 6]);
        check(&[1, 6], &[6, 1, 6, 1, 6], &[1, 6]);
        check(&[10, 9, -9, -10], &[-10, 10, 0], &[-10, 10]);
        check(&[1, 3, 5, 7, 9], &[9, 7, 5, 3, 2], &[3, 5, 7, 9]);
    }

    #[test]
    fn extreme_values() {
        check(
            &[i64::MAX, 0, i64::MIN],
            &[i64::MIN, i64::MAX],
            &[i64::MIN, i64::MAX],
        );
    }

    #[test]
    fn agrees_with_a_search_over_all_values() {
        let mut lcg = Lcg(58);
        for _ in 0..300 {
            let mut list = || -> Vec<i64> {
                let length = lcg.below(12);
                (0..length).map(|_| lcg.below(14) as i64 - 7).collect()
            };
            let (a, b) = (list(), list());
            let expected: Vec<i64> = (-7..7).filter(|v| a.contains(v) && b.contains(v)).collect();
            check(&a, &b, &expected);
        }
    }

    #[test]
    fn long_inputs() {
        // Multiples of 2 below 200,000 against multiples of 3 below 300,000, both downwards.
        let a: Vec<i64> = (0..100_000).rev().map(|i| i * 2).collect();
        let b: Vec<i64> = (0..100_000).rev().map(|i| i * 3).collect();
        let expected: Vec<i64> = (0..200_000).step_by(6).collect();
        assert!(
            common(&a, &b) == expected,
            "multiples of 2 and of 3: expected the multiples of 6 below 200,000"
        );
    }
}
