/// Returns the least number of elements that must be changed to make the list a palindrome.
///
/// A palindrome reads the same forwards and backwards. One change replaces one element by any
/// other value; elements are neither moved, added nor removed. Lists with fewer than two
/// elements need no change.
///
/// # Examples
///
/// ```
/// assert_eq!(smallest_change(&[1, 5, 3, 5, 2]), 1);
/// assert_eq!(smallest_change(&[1, 2, 3, 4]), 2);
/// assert_eq!(smallest_change(&[7, 0, 7]), 0);
/// ```
pub fn smallest_change(values: &[i64]) -> usize {
    let mut changes = 0;
    let mut rest = values;
    while let [left, middle @ .., right] = rest {
        if left != right {
            changes += 1;
        }
        rest = middle;
    }
    changes
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

    fn check(values: &[i64], expected: usize) {
        assert_eq!(
            smallest_change(values),
            expected,
            "smallest_change({values:?})"
        );
    }

    #[test]
    fn examples() {
        check(&[1, 5, 3, 5, 2], 1);
        check(&[1, 2, 3, 4], 2);
        check(&[7, 0, 7], 0);
    }

    #[test]
    fn short_lists() {
        check(&[], 0);
        check(&[4], 0);
        check(&[4, 4], 0);
        check(&[4, 5], 1);
        check(&[5, 4], 1);
        check(&[1, 2, 3], 1);
        check(&[3, 3, 1], 1);
        check(&[1, 2, 2], 1);
    }

    #[test]
    fn each_pair_counts_once() {
        check(&[1, 2, 3, 4, 5, 6], 3);
        check(&[1, 2, 3, 4, 5, 6, 7], 3);
        check(&[1, 2, 3, 3, 5, 6], 2);
        check(&[1, 2, 3, 4, 2, 1], 1);
        check(&[9, 2, 3, 3, 2, 1], 1);
        check(&[1, 9, 3, 3, 2, 1], 1);
        check(&[i64::MIN, 0, i64::MAX], 1);
    }

    #[test]
    fn undoing_random_changes() {
        // Start from a palindrome and spoil some places of its left half.
        let mut lcg = Lcg(73);
        for _ in 0..300 {
            let half: Vec<i64> = (0..lcg.below(8)).map(|_| lcg.below(9) as i64).collect();
            let mut values = half.clone();
            if lcg.below(2) == 1 {
                values.push(lcg.below(9) as i64);
            }
            values.extend(half.iter().rev());
            let mut spoilt = 0;
            for value in &mut values[..half.len()] {
                if lcg.below(3) == 0 {
                    *value += 1 + lcg.below(5) as i64;
                    spoilt += 1;
                }
            }
            check(&values, spoilt);
            values.reverse();
            check(&values, spoilt);
        }
    }

    #[test]
    fn long_list() {
        let values: Vec<i64> = (0..100_001).collect();
        assert_eq!(smallest_change(&values), 50_000, "0, 1, ..., 100_000");
    }
}
