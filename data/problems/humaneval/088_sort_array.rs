/// Returns a sorted copy of the list; its first and last value decide about the direction.
///
/// When the sum of the first and the last value is odd, the copy is in ascending order; when the
/// sum is even, it is in descending order. The only value of a list with one value is both its
/// first and its last. The empty list gives an empty result. Equal values are all kept. The sum
/// may be greater than `u32::MAX`; only its parity matters.
///
/// # Examples
///
/// ```
/// assert_eq!(sort_array(&[4, 9, 0, 7]), [0, 4, 7, 9]);
/// assert_eq!(sort_array(&[4, 9, 0, 6]), [9, 6, 4, 0]);
/// assert_eq!(sort_array(&[3, 2, 3]), [3, 3, 2]);
/// ```
pub fn sort_array(values: &[u32]) -> Vec<u32> {
    let mut sorted = values.to_vec();
    if let (Some(first), Some(last)) = (values.first(), values.last()) {
        if first % 2 == last % 2 {
            sorted.sort_unstable_by(|a, b| b.cmp(a));
        } else {
            sorted.sort_unstable();
        }
    }
    sorted
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

    fn check(values: &[u32], expected: &[u32]) {
        assert_eq!(sort_array(values), expected, "sort_array({values:?})");
    }

    #[test]
    fn examples() {
        check(&[4, 9, 0, 7], &[0, 4, 7, 9]);
        check(&[4, 9, 0, 6], &[9, 6, 4, 0]);
        check(&[3, 2, 3], &[3, 3, 2]);
    }

    #[test]
    fn short_lists() {
        check(&[], &[]);
        check(&[0], &[0]);
        check(&[7], &[7]);
        check(&[1, 2], &[1, 2]);
        check(&[2, 1], &[1, 2]);
        check(&[2, 4], &[4, 2]);
        check(&[4, 2], &[4, 2]);
        check(&[1, 3], &[3, 1]);
        check(&[5, 5], &[5, 5]);
    }

    #[test]
    fn only_first_and_last_decide() {
        check(&[1, 9, 9, 2], &[1, 2, 9, 9]);
        check(&[1, 8, 8, 3], &[8, 8, 3, 1]);
        check(&[2, 7, 5, 5, 4], &[7, 5, 5, 4, 2]);
        check(&[2, 6, 5, 4, 3], &[2, 3, 4, 5, 6]);
        check(&[3, 6, 5, 4, 2], &[2, 3, 4, 5, 6]);
        check(&[3, 1, 2, 5], &[5, 3, 2, 1]);
        check(&[4, 1, 2, 8], &[8, 4, 2, 1]);
        check(&[2, 1, 3], &[1, 2, 3]);
        check(&[1, 2, 5, 4, 7], &[7, 5, 4, 2, 1]);
    }

    #[test]
    fn sums_beyond_32_bits() {
        check(&[u32::MAX, 0, u32::MAX], &[u32::MAX, u32::MAX, 0]);
        check(&[u32::MAX, 0, u32::MAX - 1], &[0, u32::MAX - 1, u32::MAX]);
        check(&[u32::MAX, 0, 1], &[u32::MAX, 1, 0]);
        check(&[u32::MAX - 1, u32::MAX, 2], &[u32::MAX, u32::MAX - 1, 2]);
    }

    #[test]
    fn random_lists() {
        // Oracle: count how often each small value occurs.
        let mut lcg = Lcg(88);
        for _ in 0..300 {
            let length = 1 + lcg.below(10) as usize;
            let values: Vec<u32> = (0..length).map(|_| lcg.below(8) as u32).collect();
            let mut expected = Vec::new();
            for v in 0..8 {
                expected.extend(values.iter().filter(|&&value| value == v));
            }
            if "02468".contains(&((values[0] + values[length - 1]) % 10).to_string()) {
                expected.reverse();
            }
            check(&values, &expected);
        }
    }

    #[test]
    fn long_lists() {
        let mut values: Vec<u32> = (0..5_000).map(|i| i * 7_919 % 5_000).collect();
        let expected: Vec<u32> = (0..5_000).collect();
        assert!(
            sort_array(&values) == expected,
            "a mixed 0..5_000 from 0 to an odd value"
        );
        values.push(5_000);
        let expected: Vec<u32> = (0..=5_000).rev().collect();
        assert!(
            sort_array(&values) == expected,
            "the same with 5_000 at the end"
        );
    }
}
