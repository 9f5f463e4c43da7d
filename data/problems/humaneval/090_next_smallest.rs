/// Returns the second smallest of the different values in the list.
///
/// Copies of the smallest value are passed over: the answer is the smallest value that is
/// greater than the minimum. It is `None` when there is no such value, that is for an empty list
/// and for a list in which all values are equal.
///
/// # Examples
///
/// ```
/// assert_eq!(next_smallest(&[8, 3, 3, 5]), Some(5));
/// assert_eq!(next_smallest(&[-1, 0]), Some(0));
/// assert_eq!(next_smallest(&[6, 6]), None);
/// ```
pub fn next_smallest(values: &[i64]) -> Option<i64> {
    let mut different = values.to_vec();
    different.sort_unstable();
    different.dedup();
    different.get(1).copied()
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

    fn check(values: &[i64], expected: Option<i64>) {
        assert_eq!(next_smallest(values), expected, "next_smallest({values:?})");
    }

    #[test]
    fn examples() {
        check(&[8, 3, 3, 5], Some(5));
        check(&[-1, 0], Some(0));
        check(&[6, 6], None);
    }

    #[test]
    fn no_second_value() {
        check(&[], None);
        check(&[0], None);
        check(&[0, 0, 0], None);
        check(&[i64::MAX], None);
        check(&[i64::MAX, i64::MAX], None);
        check(&[i64::MIN, i64::MIN], None);
    }

    #[test]
    fn two_values_in_any_order() {
        check(&[1, 2], Some(2));
        check(&[2, 1], Some(2));
        check(&[1, 1, 2], Some(2));
        check(&[2, 1, 1], Some(2));
        check(&[1, 2, 1], Some(2));
        check(&[2, 2, 1], Some(2));
        check(&[i64::MAX, i64::MIN], Some(i64::MAX));
        check(&[i64::MAX, i64::MAX, i64::MAX - 1], Some(i64::MAX));
    }

    #[test]
    fn the_place_does_not_matter() {
        check(&[1, 2, 3, 4, 5], Some(2));
        check(&[5, 4, 3, 2, 1], Some(2));
        check(&[3, 5, 1, 4, 2], Some(2));
        check(&[2, 4, 1, 5, 3], Some(2));
        check(&[-5, -9, -7, -9], Some(-7));
        check(&[0, 10, -10], Some(0));
    }

    #[test]
    fn agrees_with_counting_smaller_values() {
        // Oracle: the value in whose way exactly one different value is.
        let mut lcg = Lcg(90);
        for _ in 0..500 {
            let length = lcg.below(9);
            let values: Vec<i64> = (0..length).map(|_| lcg.below(9) as i64 - 4).collect();
            let expected = (-4..=4).find(|candidate| {
                let smaller = (-4..*candidate).filter(|v| values.contains(v)).count();
                values.contains(candidate) && smaller == 1
            });
            check(&values, expected);
        }
    }

    #[test]
    fn long_lists() {
        let values: Vec<i64> = (0..50_000).rev().collect();
        assert_eq!(next_smallest(&values), Some(1), "49_999, ..., 1, 0");
        assert_eq!(next_smallest(&[4; 50_000]), None, "4 repeated 50,000 times");
    }
}
