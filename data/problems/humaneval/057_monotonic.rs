/// Tells whether `values` never changes direction.
///
/// The answer is `true` when the values never decrease from one to the next, or when they never
/// increase. Equal neighbours are fine in both cases, so a list of equal values counts. Empty
/// lists and lists with one value are monotonic too.
///
/// # Examples
///
/// ```
/// assert!(monotonic(&[2, 5, 5, 11]));
/// assert!(monotonic(&[7, 3, -4]));
/// assert!(!monotonic(&[1, 6, 4]));
/// assert!(monotonic(&[]));
/// ```
pub fn monotonic(values: &[i64]) -> bool {
    let (mut rises, mut falls) = (false, false);
    for pair in values.windows(2) {
        if pair[0] < pair[1] {
            rises = true;
        }
        if pair[0] > pair[1] {
            falls = true;
        }
    }
    !(rises && falls)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[i64], expected: bool) {
        assert_eq!(monotonic(values), expected, "monotonic({values:?})");
    }

    #[test]
    fn examples() {
        check(&[2, 5, 5, 11], true);
        check(&[7, 3, -4], true);
        check(&[1, 6, 4], false);
        check(&[], true);
    }

    #[test]
    fn short_lists() {
        check(&[9], true);
        check(&[1, 2], true);
        check(&[2, 1], true);
        check(&[4, 4], true);
        check(&[2, 1, 2], false);
        check(&[1, 2, 1], false);
    }

    #[test]
    fn equal_neighbours() {
        check(&[3, 3, 3, 3], true);
        check(&[1, 1, 2, 2, 3], true);
        check(&[3, 2, 2, 1, 1], true);
        check(&[1, 1, 2, 2, 1], false);
        check(&[2, 2, 1, 1, 2], false);
    }

    #[test]
    fn a_turn_at_either_end() {
        check(&[5, 1, 2, 3, 4], false);
        check(&[1, 2, 3, 4, 0], false);
        check(&[0, 4, 3, 2, 1], false);
        check(&[4, 3, 2, 1, 5], false);
    }

    #[test]
    fn extreme_values() {
        check(&[i64::MIN, 0, i64::MAX], true);
        check(&[i64::MAX, 0, i64::MIN], true);
        check(&[i64::MIN, i64::MAX, i64::MIN], false);
    }

    #[test]
    fn every_small_list() {
        // Oracle: the signs of the differences between any two values never disagree.
        for length in 0..=5u32 {
            for code in 0..4u32.pow(length) {
                let values: Vec<i64> = (0..length)
                    .map(|i| i64::from(code / 4u32.pow(i) % 4))
                    .collect();
                let mut signs = Vec::new();
                for (i, later) in values.iter().enumerate() {
                    signs.extend(values[..i].iter().map(|earlier| (later - earlier).signum()));
                }
                check(&values, !(signs.contains(&1) && signs.contains(&-1)));
            }
        }
    }

    #[test]
    fn long_lists() {
        let mut values: Vec<i64> = (0..100_000).collect();
        assert!(monotonic(&values), "0..100_000: got false");
        values.push(5);
        assert!(!monotonic(&values), "0..100_000, then 5: got true");
    }
}
