/// Returns `true` if `n` is in the range from `low` to `high`. Both ends belong to
/// the range. If `low` is larger than `high`, no number is in the range.
///
/// # Examples
///
/// ```
/// assert_eq!(is_between(5, 1, 10), true);
/// assert_eq!(is_between(10, 1, 10), true);
/// assert_eq!(is_between(0, 1, 10), false);
/// ```
pub fn is_between(n: i32, low: i32, high: i32) -> bool {
    (low..=high).contains(&n)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: i32, low: i32, high: i32, expected: bool) {
        let got = is_between(n, low, high);
        assert_eq!(got, expected, "is_between({n}, {low}, {high})");
    }

    #[test]
    fn examples() {
        check(5, 1, 10, true);
        check(10, 1, 10, true);
        check(0, 1, 10, false);
    }

    #[test]
    fn around_the_ends() {
        check(1, 1, 10, true);
        check(2, 1, 10, true);
        check(9, 1, 10, true);
        check(11, 1, 10, false);
        check(-6, -5, -3, false);
        check(-5, -5, -3, true);
        check(-3, -5, -3, true);
        check(-2, -5, -3, false);
    }

    #[test]
    fn narrow_and_empty_ranges() {
        check(0, 0, 0, true);
        check(1, 1, 1, true);
        check(1, 0, 0, false);
        check(4, 7, 3, false);
        check(7, 7, 3, false);
        check(3, 7, 3, false);
    }

    #[test]
    fn large_numbers() {
        check(500, 200, 900, true);
        check(0, i32::MIN, i32::MAX, true);
        check(i32::MAX, 0, i32::MAX, true);
        check(i32::MIN, i32::MIN, -1, true);
        check(i32::MAX, i32::MIN, 150, false);
    }
}
