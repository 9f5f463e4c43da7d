/// Returns the absolute value of `n`. `n` is never `i32::MIN`.
///
/// # Examples
///
/// ```
/// assert_eq!(absolute_value(-5), 5);
/// assert_eq!(absolute_value(8), 8);
/// ```
pub fn absolute_value(n: i32) -> i32 {
    n.abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: i32, expected: i32) {
        assert_eq!(absolute_value(n), expected, "absolute_value({n})");
    }

    #[test]
    fn examples() {
        check(-5, 5);
        check(8, 8);
    }

    #[test]
    fn around_zero() {
        check(0, 0);
        check(1, 1);
        check(-1, 1);
        check(-2, 2);
    }

    #[test]
    fn limits() {
        check(i32::MAX, i32::MAX);
        check(-i32::MAX, i32::MAX);
        check(i32::MIN + 2, i32::MAX - 1);
    }
}
