/// Returns the number that has the decimal `digits`, the most significant one first.
/// Zeros at the front change nothing, and no digits give 0. If some of the digits are
/// larger than 9, the error is the first of these. There are at most 18 digits.
///
/// # Examples
///
/// ```
/// assert_eq!(digits_to_number(&[4, 0, 2]), Ok(402));
/// assert_eq!(digits_to_number(&[0, 7]), Ok(7));
/// assert_eq!(digits_to_number(&[1, 12, 3, 10]), Err(12));
/// ```
pub fn digits_to_number(digits: &[u8]) -> Result<u64, u8> {
    let mut number = 0;
    for &digit in digits {
        if digit > 9 {
            return Err(digit);
        }
        number = number * 10 + u64::from(digit);
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(digits: &[u8], expected: Result<u64, u8>) {
        assert_eq!(
            digits_to_number(digits),
            expected,
            "digits_to_number(&{digits:?})"
        );
    }

    #[test]
    fn examples() {
        check(&[4, 0, 2], Ok(402));
        check(&[0, 7], Ok(7));
        check(&[1, 12, 3, 10], Err(12));
    }

    #[test]
    fn few_digits() {
        check(&[], Ok(0));
        check(&[0], Ok(0));
        check(&[1], Ok(1));
        check(&[9], Ok(9));
        check(&[1, 0], Ok(10));
        check(&[0, 0], Ok(0));
        check(&[8, 8], Ok(88));
    }

    #[test]
    fn wrong_digits() {
        check(&[10], Err(10));
        check(&[9, 9, u8::MAX], Err(255));
        check(&[0, 10, 11], Err(10));
        check(&[11, 10], Err(11));
        check(
            &[200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            Err(200),
        );
    }

    #[test]
    fn many_digits() {
        check(&[9; 18], Ok(999_999_999_999_999_999));
        check(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2], Ok(123_456_789_012));
    }
}
