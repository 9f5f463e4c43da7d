/// Returns the sum of the two numbers if both are present, otherwise `None`.
/// The sum always fits in an `i32`.
///
/// # Examples
///
/// ```
/// assert_eq!(add_options(Some(2), Some(3)), Some(5));
/// assert_eq!(add_options(Some(2), None), None);
/// assert_eq!(add_options(None, None), None);
/// ```
pub fn add_options(a: Option<i32>, b: Option<i32>) -> Option<i32> {
    Some(a? + b?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: Option<i32>, b: Option<i32>, expected: Option<i32>) {
        assert_eq!(add_options(a, b), expected, "add_options({a:?}, {b:?})");
    }

    #[test]
    fn examples() {
        check(Some(2), Some(3), Some(5));
        check(Some(2), None, None);
        check(None, None, None);
    }

    #[test]
    fn one_is_missing() {
        check(None, Some(3), None);
        check(None, Some(0), None);
        check(Some(0), None, None);
    }

    #[test]
    fn sums() {
        check(Some(0), Some(0), Some(0));
        check(Some(-7), Some(7), Some(0));
        check(Some(-2), Some(-3), Some(-5));
        check(Some(i32::MAX), Some(i32::MIN), Some(-1));
    }
}
