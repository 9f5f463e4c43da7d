/// Finds the smallest even value and returns it with its index.
///
/// When the smallest even value occurs more than once, the lowest of its indices is returned.
/// Zero is even. The answer is `None` when no value is even, the empty list included.
///
/// # Examples
///
/// ```
/// assert_eq!(pluck(&[7, 8, 6, 3, 6]), Some((6, 2)));
/// assert_eq!(pluck(&[5, 0, 4, 0]), Some((0, 1)));
/// assert_eq!(pluck(&[9, 1]), None);
/// ```
pub fn pluck(values: &[u32]) -> Option<(u32, usize)> {
    let mut best: Option<(u32, usize)> = None;
    for (index, &value) in values.iter().enumerate() {
        if value % 2 == 1 {
            continue;
        }
        match best {
            Some((smallest, _)) if smallest <= value => {}
            _ => best = Some((value, index)),
        }
    }
    best
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

    fn check(values: &[u32], expected: Option<(u32, usize)>) {
        assert_eq!(pluck(values), expected, "pluck({values:?})");
    }

    #[test]
    fn examples() {
        check(&[7, 8, 6, 3, 6], Some((6, 2)));
        check(&[5, 0, 4, 0], Some((0, 1)));
        check(&[9, 1], None);
    }

    #[test]
    fn short_lists() {
        check(&[], None);
        check(&[0], Some((0, 0)));
        check(&[1], None);
        check(&[2], Some((2, 0)));
        check(&[2, 4], Some((2, 0)));
        check(&[4, 2], Some((2, 1)));
        check(&[1, 2], Some((2, 1)));
        check(&[2, 1], Some((2, 0)));
        check(&[3, 3, 3], None);
    }

    #[test]
    fn smaller_odd_values_do_not_count() {
        check(&[3, 1, 10, 5, 8, 7], Some((8, 4)));
        check(&[1, 2, 3, 4], Some((2, 1)));
        check(&[u32::MAX, u32::MAX - 1], Some((u32::MAX - 1, 1)));
    }

    #[test]
    fn ties_go_to_the_lowest_index() {
        check(&[4, 4, 4], Some((4, 0)));
        check(&[6, 2, 2, 6], Some((2, 1)));
        check(&[9, 8, 9, 8], Some((8, 1)));
    }

    #[test]
    fn agrees_with_sorting_pairs() {
        let mut lcg = Lcg(68);
        for _ in 0..500 {
            let length = lcg.below(9) as usize;
            let values: Vec<u32> = (0..length).map(|_| lcg.below(9) as u32).collect();
            let mut pairs: Vec<(u32, usize)> = values.iter().copied().zip(0..).collect();
            pairs.retain(|(value, _)| "02468".contains(&value.to_string()));
            pairs.sort();
            check(&values, pairs.first().copied());
        }
    }

    #[test]
    fn long_list() {
        let values: Vec<u32> = (1..=100_000).rev().collect();
        assert_eq!(pluck(&values), Some((2, 99_998)), "100_000, ..., 2, 1");
    }
}
