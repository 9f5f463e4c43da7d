/// Counts the positive whole numbers with exactly `n` decimal digits that start or end with the
/// digit 1.
///
/// Numbers that do both count once, and numbers have no leading zeros. For `n = 1` the only one
/// is the number 1; for `n = 0` there are none. The answer is `None` when the count does not fit
/// in a `u64`, which happens for every `n` above 20. Any `n` is answered at once, so going through
/// the numbers is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(starts_one_ends(1), Some(1));
/// assert_eq!(starts_one_ends(2), Some(18));
/// assert_eq!(starts_one_ends(0), Some(0));
/// assert_eq!(starts_one_ends(21), None);
/// ```
pub fn starts_one_ends(n: u32) -> Option<u64> {
    match n {
        0 => Some(0),
        1 => Some(1),
        // Of every 10 * 10^(n - 2) choices of the inner digits and one end: 10 + 9 - 1 = 18.
        _ => 10u64.checked_pow(n - 2)?.checked_mul(18),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u32, expected: Option<u64>) {
        assert_eq!(starts_one_ends(n), expected, "starts_one_ends({n})");
    }

    #[test]
    fn examples() {
        check(1, Some(1));
        check(2, Some(18));
        check(0, Some(0));
        check(21, None);
    }

    #[test]
    fn going_through_the_numbers_agrees() {
        let mut counts = [0; 6];
        for number in 1..100_000u32 {
            let text = number.to_string();
            if text.starts_with('1') || text.ends_with('1') {
                counts[text.len()] += 1;
            }
        }
        for (n, &count) in (0..).zip(counts.iter()) {
            check(n, Some(count));
        }
    }

    #[test]
    fn large_counts() {
        check(10, Some(1_800_000_000));
        check(11, Some(18_000_000_000));
        check(19, Some(1_800_000_000_000_000_000));
        check(20, Some(18_000_000_000_000_000_000));
    }

    #[test]
    fn counts_that_do_not_fit() {
        for n in [21, 22, 23, 24, 40, 66, 1_000, u32::MAX - 1, u32::MAX] {
            check(n, None);
        }
    }
}
