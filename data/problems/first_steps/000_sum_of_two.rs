/// Returns the sum of `a` and `b`. The sum always fits in an `i32`.
///
/// # Examples
///
/// ```
/// assert_eq!(sum_of_two(2, 3), 5);
/// assert_eq!(sum_of_two(-4, 1), -3);
/// ```
pub fn sum_of_two(a: i32, b: i32) -> i32 {
    a + b
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: i32, b: i32, expected: i32) {
        assert_eq!(sum_of_two(a, b), expected, "sum_of_two({a}, {b})");
    }

    #[test]
    fn examples() {
        check(2, 3, 5);
        check(-4, 1, -3);
    }

    #[test]
    fn zero_and_signs() {
        check(0, 0, 0);
        check(7, 0, 7);
        check(0, 7, 7);
        check(1, 2, 3);
        check(-5, -6, -11);
        check(9, -9, 0);
    }

    #[test]
    fn limits() {
        check(i32::MAX, 0, i32::MAX);
        check(i32::MIN, i32::MAX, -1);
        check(i32::MAX - 1, 1, i32::MAX);
        check(i32::MIN + 1, -1, i32::MIN);
    }
}
