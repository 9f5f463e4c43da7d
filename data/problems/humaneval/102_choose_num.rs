/// Returns the largest even number in the range from `x` to `y`, both included.
///
/// Zero is even. The answer is `None` when the range holds no even number; in particular, when
/// `x` is greater than `y`, because the range is then empty. The range may be as wide as the whole
/// of `u64`.
///
/// # Examples
///
/// ```
/// assert_eq!(choose_num(4, 9), Some(8));
/// assert_eq!(choose_num(6, 6), Some(6));
/// assert_eq!(choose_num(5, 5), None);
/// assert_eq!(choose_num(9, 4), None);
/// ```
pub fn choose_num(x: u64, y: u64) -> Option<u64> {
    let largest = y - y % 2;
    if largest >= x {
        Some(largest)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(x: u64, y: u64, expected: Option<u64>) {
        assert_eq!(choose_num(x, y), expected, "choose_num({x}, {y})");
    }

    #[test]
    fn examples() {
        check(4, 9, Some(8));
        check(6, 6, Some(6));
        check(5, 5, None);
        check(9, 4, None);
    }

    #[test]
    fn around_zero() {
        check(0, 0, Some(0));
        check(0, 1, Some(0));
        check(1, 1, None);
        check(1, 0, None);
        check(1, 2, Some(2));
        check(2, 0, None);
    }

    #[test]
    fn every_small_range() {
        // Oracle: go through the range and keep the last even number.
        for x in 0..40 {
            for y in 0..40 {
                let mut expected = None;
                for n in x..=y {
                    if n & 1 == 0 {
                        expected = Some(n);
                    }
                }
                check(x, y, expected);
            }
        }
    }

    #[test]
    fn wide_ranges_and_large_numbers() {
        check(0, u64::MAX, Some(u64::MAX - 1));
        check(1, u64::MAX - 1, Some(u64::MAX - 1));
        check(1, u64::MAX - 2, Some(u64::MAX - 3));
        check(u64::MAX, u64::MAX, None);
        check(u64::MAX - 1, u64::MAX, Some(u64::MAX - 1));
        check(u64::MAX, 0, None);
        check(12, 1_000_000_000_000_001, Some(1_000_000_000_000_000));
    }
}
