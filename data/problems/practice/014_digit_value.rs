/// Returns the value of the digit `c`, from 0 for `'0'` to 9 for `'9'`, or `None` for
/// every other character.
///
/// # Examples
///
/// ```
/// assert_eq!(digit_value('7'), Some(7));
/// assert_eq!(digit_value('0'), Some(0));
/// assert_eq!(digit_value('x'), None);
/// ```
pub fn digit_value(c: char) -> Option<u32> {
    c.to_digit(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(c: char, expected: Option<u32>) {
        assert_eq!(digit_value(c), expected, "digit_value({c:?})");
    }

    #[test]
    fn examples() {
        check('7', Some(7));
        check('0', Some(0));
        check('x', None);
    }

    #[test]
    fn every_digit() {
        for (value, c) in (0..10).zip("0123456789".chars()) {
            check(c, Some(value));
        }
    }

    #[test]
    fn other_characters() {
        for c in [
            'a', 'A', 'f', 'z', '/', ':', '-', '.', ' ', '\0', 'é', '٣', '²', '🦀',
        ] {
            check(c, None);
        }
    }
}
