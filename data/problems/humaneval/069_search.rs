/// Returns the greatest value that occurs in the list at least as many times as its own size.
///
/// A value `v` qualifies when `v` is at least 1 and the list holds `v` or more copies of it: one
/// 1, two 2s, three 3s and so on. Zeros never qualify. The answer is `None` when no value
/// qualifies, as for the empty list. Values may be as large as `u32::MAX`, and lists of 100,000
/// different values are asked, so going through the whole list again for each value is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(search(&[3, 2, 3, 2, 5]), Some(2));
/// assert_eq!(search(&[3, 1, 3, 1, 3]), Some(3));
/// assert_eq!(search(&[4, 4, 4, 0]), None);
/// ```
pub fn search(values: &[u32]) -> Option<u32> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted
        .chunk_by(|a, b| a == b)
        .filter(|copies| copies[0] > 0 && copies.len() >= copies[0] as usize)
        .map(|copies| copies[0])
        .next_back()
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

    fn check(values: &[u32], expected: Option<u32>) {
        assert_eq!(search(values), expected, "search({values:?})");
    }

    #[test]
    fn examples() {
        check(&[3, 2, 3, 2, 5], Some(2));
        check(&[3, 1, 3, 1, 3], Some(3));
        check(&[4, 4, 4, 0], None);
    }

    #[test]
    fn short_lists() {
        check(&[], None);
        check(&[0], None);
        check(&[0, 0, 0], None);
        check(&[1], Some(1));
        check(&[2], None);
        check(&[2, 2], Some(2));
        check(&[2, 2, 2], Some(2));
        check(&[1, 1, 1], Some(1));
        check(&[u32::MAX], None);
    }

    #[test]
    fn exact_counts_and_one_too_few() {
        for v in 1..=8u32 {
            let mut values = vec![v; v as usize];
            check(&values, Some(v));
            values.push(v);
            check(&values, Some(v));
            values.truncate(v as usize - 1);
            check(&values, None);
        }
    }

    #[test]
    fn zeros_never_qualify() {
        check(&[0, 0, 2], None);
        check(&[0, 1], Some(1));
        check(&[0, 2, 0, 2, 0], Some(2));
    }

    #[test]
    fn the_greatest_wins() {
        check(&[1, 2, 2, 3, 3, 3], Some(3));
        check(&[3, 3, 3, 2, 2, 1], Some(3));
        check(&[3, 2, 1, 3, 2], Some(2));
        check(&[9, 8, 1, 7], Some(1));
        check(&[5, 1, 5, 5, 5, 5, 6, 6, 6, 6, 6], Some(5));
    }

    #[test]
    fn agrees_with_counting_downwards() {
        let mut lcg = Lcg(69);
        for _ in 0..500 {
            let length = lcg.below(16);
            let values: Vec<u32> = (0..length).map(|_| lcg.below(6) as u32).collect();
            let expected = (1..=6)
                .rev()
                .find(|&v| values.iter().filter(|&&other| other == v).count() >= v as usize);
            check(&values, expected);
        }
    }

    #[test]
    fn many_different_values() {
        let mut values: Vec<u32> = (2..100_000).collect();
        assert_eq!(search(&values), None, "2, 3, ..., 99_999");
        values.extend([2, 3, u32::MAX, 3]);
        assert_eq!(
            search(&values),
            Some(3),
            "2, 3, ..., 99_999, 2, 3, u32::MAX, 3"
        );
    }
}
