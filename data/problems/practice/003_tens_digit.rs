/// Returns the second decimal digit of `n` from the right, the one that counts the tens.
/// It is 0 if `n` has only one digit.
///
/// # Examples
///
/// ```
/// assert_eq!(tens_digit(472), 7);
/// assert_eq!(tens_digit(35), 3);
/// assert_eq!(tens_digit(8), 0);
/// ```
pub fn tens_digit(n: u32) -> u32 {
    n / 10 % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u32, expected: u32) {
        assert_eq!(tens_digit(n), expected, "tens_digit({n})");
    }

    #[test]
    fn examples() {
        check(472, 7);
        check(35, 3);
        check(8, 0);
    }

    #[test]
    fn one_and_two_digits() {
        check(0, 0);
        check(1, 0);
        check(9, 0);
        check(10, 1);
        check(19, 1);
        check(90, 9);
        check(99, 9);
    }

    #[test]
    fn more_digits() {
        check(100, 0);
        check(109, 0);
        check(110, 1);
        check(56_021, 2);
        check(u32::MAX, 9);
    }
}
