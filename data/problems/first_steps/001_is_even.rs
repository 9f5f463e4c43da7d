/// Returns `true` if `n` is even, `false` if it is odd. Zero is even.
///
/// # Examples
///
/// ```
/// assert_eq!(is_even(4), true);
/// assert_eq!(is_even(7), false);
/// assert_eq!(is_even(-3), false);
/// ```
pub fn is_even(n: i32) -> bool {
    n % 2 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: i32, expected: bool) {
        assert_eq!(is_even(n), expected, "is_even({n})");
    }

    #[test]
    fn examples() {
        check(4, true);
        check(7, false);
        check(-3, false);
    }

    #[test]
    fn limits() {
        check(0, true);
        check(1, false);
        check(-1, false);
        check(i32::MAX, false);
        check(i32::MIN, true);
    }

    #[test]
    fn last_digit_decides() {
        for n in -50..=50 {
            let text = n.to_string();
            check(n, text.ends_with(['0', '2', '4', '6', '8']));
        }
    }
}
