/// Tells whether a wing that carries the given weights, in this order, will fly.
///
/// It flies when the weights are balanced and not too heavy: they read the same from left to
/// right as from right to left, and their sum is at most `limit`. A wing without weights flies
/// with every limit. The sum may be greater than `u32::MAX`, but it fits in a `u64`.
///
/// # Examples
///
/// ```
/// assert!(will_it_fly(&[2, 5, 2], 9));
/// assert!(!will_it_fly(&[2, 5, 2], 8));
/// assert!(!will_it_fly(&[2, 5], 100));
/// ```
pub fn will_it_fly(weights: &[u32], limit: u64) -> bool {
    let mut total = 0;
    for (&weight, &mirrored) in weights.iter().zip(weights.iter().rev()) {
        if weight != mirrored {
            return false;
        }
        total += u64::from(weight);
    }
    total <= limit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(weights: &[u32], limit: u64, expected: bool) {
        assert_eq!(
            will_it_fly(weights, limit),
            expected,
            "will_it_fly({weights:?}, {limit})"
        );
    }

    #[test]
    fn examples() {
        check(&[2, 5, 2], 9, true);
        check(&[2, 5, 2], 8, false);
        check(&[2, 5], 100, false);
    }

    #[test]
    fn short_wings() {
        check(&[], 0, true);
        check(&[], 5, true);
        check(&[0], 0, true);
        check(&[4], 4, true);
        check(&[4], 3, false);
        check(&[4], 5, true);
        check(&[3, 3], 6, true);
        check(&[3, 3], 5, false);
        check(&[3, 4], 7, false);
    }

    #[test]
    fn one_place_out_of_balance() {
        check(&[1, 2, 3, 2, 1], 9, true);
        check(&[9, 2, 3, 2, 1], 99, false);
        check(&[1, 2, 3, 2, 9], 99, false);
        check(&[1, 9, 3, 2, 1], 99, false);
        check(&[1, 2, 9, 2, 1], 99, true);
        check(&[1, 2, 2, 1], 6, true);
        check(&[1, 2, 3, 1], 99, false);
        check(&[1, 2, 1, 2], 99, false);
    }

    #[test]
    fn unbalanced_and_too_heavy() {
        check(&[7, 8], 10, false);
        check(&[7, 8], 0, false);
    }

    #[test]
    fn sums_beyond_32_bits() {
        let heavy = [u32::MAX, 1, u32::MAX];
        check(&heavy, 8_589_934_591, true);
        check(&heavy, 8_589_934_590, false);
        check(&heavy, u64::MAX, true);
        check(&heavy, 0, false);
    }

    #[test]
    fn every_small_wing() {
        // Oracle: mirror the list into a new one and compare texts.
        for length in 0..=5u32 {
            for code in 0..3u32.pow(length) {
                let weights: Vec<u32> = (0..length).map(|i| code / 3u32.pow(i) % 3).collect();
                let forwards = format!("{weights:?}");
                let mut mirrored = weights.clone();
                mirrored.reverse();
                let balanced = forwards == format!("{mirrored:?}");
                let mut total = 0;
                for &weight in &weights {
                    total += u64::from(weight);
                }
                for limit in 0..=10 {
                    check(&weights, limit, balanced && limit + 1 > total);
                }
            }
        }
    }

    #[test]
    fn long_wing() {
        let mut weights = vec![1_000_000; 100_000];
        assert!(
            will_it_fly(&weights, 100_000_000_000),
            "1,000,000 repeated 100,000 times"
        );
        assert!(
            !will_it_fly(&weights, 99_999_999_999),
            "1,000,000 repeated 100,000 times"
        );
        weights[99_999] = 0;
        assert!(!will_it_fly(&weights, u64::MAX), "the same, the last one 0");
    }
}
