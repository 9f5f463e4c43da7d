/// Returns the number inside `value`, or 0 if `value` is `None`.
///
/// # Examples
///
/// ```
/// assert_eq!(unwrap_or_zero(Some(5)), 5);
/// assert_eq!(unwrap_or_zero(None), 0);
/// ```
pub fn unwrap_or_zero(value: Option<i32>) -> i32 {
    value.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: Option<i32>, expected: i32) {
        assert_eq!(unwrap_or_zero(value), expected, "unwrap_or_zero({value:?})");
    }

    #[test]
    fn examples() {
        check(Some(5), 5);
        check(None, 0);
    }

    #[test]
    fn any_number() {
        check(Some(0), 0);
        check(Some(1), 1);
        check(Some(-1), -1);
        check(Some(i32::MIN), i32::MIN);
        check(Some(i32::MAX), i32::MAX);
    }
}
