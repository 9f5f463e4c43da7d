/// Divides `a` by `b`, rounding towards zero. Returns `None` if `b` is 0
/// or if the result does not fit in an `i32`.
///
/// # Examples
///
/// ```
/// assert_eq!(safe_divide(7, 2), Some(3));
/// assert_eq!(safe_divide(-7, 2), Some(-3));
/// assert_eq!(safe_divide(1, 0), None);
/// assert_eq!(safe_divide(i32::MIN, -1), None);
/// ```
pub fn safe_divide(a: i32, b: i32) -> Option<i32> {
    a.checked_div(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: i32, b: i32, expected: Option<i32>) {
        assert_eq!(safe_divide(a, b), expected, "safe_divide({a}, {b})");
    }

    #[test]
    fn examples() {
        check(7, 2, Some(3));
        check(-7, 2, Some(-3));
        check(1, 0, None);
        check(i32::MIN, -1, None);
    }

    #[test]
    fn division_by_zero() {
        check(0, 0, None);
        check(-5, 0, None);
        check(i32::MIN, 0, None);
    }

    #[test]
    fn small_results() {
        check(0, 5, Some(0));
        check(6, 3, Some(2));
        check(3, 6, Some(0));
        check(-9, -4, Some(2));
        check(9, -4, Some(-2));
        check(-1_000, 300, Some(-3));
        check(5, -1, Some(-5));
    }

    #[test]
    fn limits() {
        check(i32::MIN, 1, Some(i32::MIN));
        check(i32::MIN, -2, Some(1 << 30));
        check(i32::MAX, -1, Some(-i32::MAX));
        check(i32::MIN + 1, -1, Some(i32::MAX));
    }
}
