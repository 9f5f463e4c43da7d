/// Puts the values into "strange" order.
///
/// The result starts with the smallest value, then comes the greatest of the remaining ones,
/// then the smallest of what still remains, and so on in turn until none is left. Every value is
/// used as often as it occurs. The empty list stays empty. Lists may be long (100,000 values),
/// so searching the rest of the list at every step is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(strange_sort_list(&[4, 1, 3, 2]), [1, 4, 2, 3]);
/// assert_eq!(strange_sort_list(&[6, -6, 0, 6, 2]), [-6, 6, 0, 6, 2]);
/// ```
pub fn strange_sort_list(values: &[i64]) -> Vec<i64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let mut result = Vec::new();
    let (mut low, mut high) = (0, sorted.len());
    while low < high {
        if result.len() % 2 == 1 {
            high -= 1;
            result.push(sorted[high]);
        } else {
            result.push(sorted[low]);
            low += 1;
        }
    }
    result
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

    fn check(values: &[i64], expected: &[i64]) {
        assert_eq!(
            strange_sort_list(values),
            expected,
            "strange_sort_list({values:?})"
        );
    }

    #[test]
    fn examples() {
        check(&[4, 1, 3, 2], &[1, 4, 2, 3]);
        check(&[6, -6, 0, 6, 2], &[-6, 6, 0, 6, 2]);
    }

    #[test]
    fn short_lists() {
        check(&[], &[]);
        check(&[7], &[7]);
        check(&[2, 1], &[1, 2]);
        check(&[1, 2], &[1, 2]);
        check(&[3, 1, 2], &[1, 3, 2]);
        check(&[5, 5, 5], &[5, 5, 5]);
        check(&[1, 1, 9], &[1, 9, 1]);
        check(&[9, 9, 1], &[1, 9, 9]);
    }

    #[test]
    fn longer_lists() {
        check(&[8, 7, 6, 5, 4, 3, 2, 1], &[1, 8, 2, 7, 3, 6, 4, 5]);
        check(&[1, 2, 3, 4, 5, 6, 7], &[1, 7, 2, 6, 3, 5, 4]);
        check(&[0, -1, -2, -3, -4], &[-4, 0, -3, -1, -2]);
        check(&[i64::MAX, i64::MIN, 0], &[i64::MIN, i64::MAX, 0]);
    }

    #[test]
    fn taking_out_minimum_and_maximum_agrees() {
        let mut lcg = Lcg(70);
        for _ in 0..300 {
            let length = lcg.below(12);
            let values: Vec<i64> = (0..length).map(|_| lcg.below(15) as i64 - 7).collect();
            let mut rest = values.clone();
            let mut expected = Vec::new();
            while !rest.is_empty() {
                rest.sort();
                let ends = [0, rest.len() - 1];
                expected.push(rest.remove(ends[expected.len() % 2]));
            }
            check(&values, &expected);
        }
    }

    #[test]
    fn long_list() {
        let values: Vec<i64> = (0..100_000).rev().collect();
        let got = strange_sort_list(&values);
        assert_eq!(got.len(), 100_000, "length for 99_999, ..., 1, 0");
        for (i, &value) in (0i64..).zip(got.iter()) {
            let expected = if i % 2 == 0 { i / 2 } else { 99_999 - i / 2 };
            assert_eq!(value, expected, "value number {i} for 99_999, ..., 1, 0");
        }
    }
}
