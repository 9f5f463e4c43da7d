/// Returns the square of `n`. The square always fits in an `i32`.
///
/// # Examples
///
/// ```
/// assert_eq!(square(3), 9);
/// assert_eq!(square(-4), 16);
/// ```
pub fn square(n: i32) -> i32 {
    n * n
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: i32, expected: i32) {
        assert_eq!(square(n), expected, "square({n})");
    }

    #[test]
    fn examples() {
        check(3, 9);
        check(-4, 16);
    }

    #[test]
    fn small_and_large() {
        check(0, 0);
        check(1, 1);
        check(-1, 1);
        check(2, 4);
        check(46_340, 2_147_395_600);
        check(-46_340, 2_147_395_600);
    }

    #[test]
    fn sum_of_odd_numbers() {
        let mut expected = 0;
        for n in 0..200 {
            check(n, expected);
            check(-n, expected);
            expected += 2 * n + 1;
        }
    }
}
