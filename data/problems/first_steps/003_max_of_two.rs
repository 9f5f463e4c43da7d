/// Returns the larger of `a` and `b`. If they are equal, returns that value.
///
/// # Examples
///
/// ```
/// assert_eq!(max_of_two(3, 8), 8);
/// assert_eq!(max_of_two(-1, -6), -1);
/// ```
pub fn max_of_two(a: i32, b: i32) -> i32 {
    a.max(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: i32, b: i32, expected: i32) {
        assert_eq!(max_of_two(a, b), expected, "max_of_two({a}, {b})");
        assert_eq!(max_of_two(b, a), expected, "max_of_two({b}, {a})");
    }

    #[test]
    fn examples() {
        check(3, 8, 8);
        check(-1, -6, -1);
    }

    #[test]
    fn ties_and_neighbours() {
        check(5, 5, 5);
        check(-5, -5, -5);
        check(0, 1, 1);
        check(0, -1, 0);
        check(-7, 7, 7);
    }

    #[test]
    fn limits() {
        check(i32::MIN, i32::MAX, i32::MAX);
        check(i32::MIN, i32::MIN + 1, i32::MIN + 1);
        check(i32::MAX - 1, i32::MAX, i32::MAX);
    }
}
