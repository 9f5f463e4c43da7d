/// Limits `value` to the range from 0 to 100: anything below 0 becomes 0,
/// anything above 100 becomes 100, and the rest stays as it is.
///
/// # Examples
///
/// ```
/// assert_eq!(clamp_percent(42), 42);
/// assert_eq!(clamp_percent(-5), 0);
/// assert_eq!(clamp_percent(250), 100);
/// ```
pub fn clamp_percent(value: i32) -> i32 {
    value.clamp(0, 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: i32, expected: i32) {
        assert_eq!(clamp_percent(value), expected, "clamp_percent({value})");
    }

    #[test]
    fn examples() {
        check(42, 42);
        check(-5, 0);
        check(250, 100);
    }

    #[test]
    fn lower_border() {
        check(-1, 0);
        check(0, 0);
        check(1, 1);
    }

    #[test]
    fn upper_border() {
        check(99, 99);
        check(100, 100);
        check(101, 100);
    }

    #[test]
    fn limits() {
        check(i32::MIN, 0);
        check(i32::MAX, 100);
    }
}
