/// Returns 1 if `n` is positive, -1 if it is negative, and 0 if it is zero.
///
/// # Examples
///
/// ```
/// assert_eq!(sign(12), 1);
/// assert_eq!(sign(-3), -1);
/// assert_eq!(sign(0), 0);
/// ```
pub fn sign(n: i32) -> i32 {
    match n.cmp(&0) {
        std::cmp::Ordering::Less => -1,
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Greater => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: i32, expected: i32) {
        assert_eq!(sign(n), expected, "sign({n})");
    }

    #[test]
    fn examples() {
        check(12, 1);
        check(-3, -1);
        check(0, 0);
    }

    #[test]
    fn around_zero() {
        check(1, 1);
        check(2, 1);
        check(-1, -1);
        check(-2, -1);
    }

    #[test]
    fn limits() {
        check(i32::MAX, 1);
        check(i32::MIN, -1);
    }
}
