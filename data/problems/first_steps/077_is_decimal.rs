/// Returns `true` if the whole `text` is a decimal number: an optional `-`, then one or more
/// of the digits 0 to 9, then optionally a `.` followed by one or more digits.
///
/// # Examples
///
/// ```
/// assert_eq!(is_decimal("42"), true);
/// assert_eq!(is_decimal("-0.75"), true);
/// assert_eq!(is_decimal(".5"), false);
/// assert_eq!(is_decimal("1."), false);
/// ```
pub fn is_decimal(text: &str) -> bool {
    enum State {
        Start,
        Sign,
        Whole,
        Point,
        Fraction,
    }
    let mut state = State::Start;
    for c in text.chars() {
        state = match (state, c) {
            (State::Start, '-') => State::Sign,
            (State::Start | State::Sign | State::Whole, '0'..='9') => State::Whole,
            (State::Whole, '.') => State::Point,
            (State::Point | State::Fraction, '0'..='9') => State::Fraction,
            _ => return false,
        };
    }
    matches!(state, State::Whole | State::Fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: bool) {
        assert_eq!(is_decimal(text), expected, "is_decimal({text:?})");
    }

    #[test]
    fn examples() {
        check("42", true);
        check("-0.75", true);
        check(".5", false);
        check("1.", false);
    }

    #[test]
    fn decimal() {
        for text in [
            "0",
            "9",
            "-1",
            "007",
            "3.0",
            "-10.01",
            "0.000",
            "12345678901234567890",
        ] {
            check(text, true);
        }
    }

    #[test]
    fn not_decimal() {
        for text in [
            "", "-", ".", "-.", "-.5", "-1.", "+1", "--1", "1-", "1.2.3", "1..2",
        ] {
            check(text, false);
        }
        for text in [
            " 1", "1 ", "1e5", "1E5", "1,5", "1.-5", "/", ":", "0.:", "0./", "a", "1.x", "٣",
        ] {
            check(text, false);
        }
    }

    #[test]
    fn all_texts_of_up_to_four_characters() {
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b == b'9');
        for code in 0..256 {
            let chars = (0..4).map(|i| ['-', '.', '9', '~'][code >> (2 * i) & 3]);
            let text: String = chars.filter(|&c| c != '~').collect();
            let unsigned = text.strip_prefix('-').unwrap_or(&text);
            let expected = match unsigned.split_once('.') {
                Some((whole, fraction)) => is_number(whole) && is_number(fraction),
                None => is_number(unsigned),
            };
            check(&text, expected);
        }
    }

    #[test]
    fn long_text() {
        let long = "8".repeat(2_000) + "." + &"3".repeat(2_000);
        assert!(is_decimal(&long), "2000 digits, a point, 2000 digits");
        assert!(!is_decimal(&(long + "x")), "the same, then x");
    }
}
