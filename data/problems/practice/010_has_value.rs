/// Returns `true` if `value` holds a number, `false` if it is `None`.
/// Zero is a number.
///
/// # Examples
///
/// ```
/// assert_eq!(has_value(Some(3)), true);
/// assert_eq!(has_value(Some(0)), true);
/// assert_eq!(has_value(None), false);
/// ```
pub fn has_value(value: Option<i32>) -> bool {
    value.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: Option<i32>, expected: bool) {
        assert_eq!(has_value(value), expected, "has_value({value:?})");
    }

    #[test]
    fn examples() {
        check(Some(3), true);
        check(Some(0), true);
        check(None, false);
    }

    #[test]
    fn any_number() {
        check(Some(1), true);
        check(Some(-1), true);
        check(Some(i32::MIN), true);
        check(Some(i32::MAX), true);
    }
}
