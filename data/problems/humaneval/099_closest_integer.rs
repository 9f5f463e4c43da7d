/// Reads a decimal number from text and returns the nearest whole number.
///
/// A number that lies in the middle between two whole numbers is rounded away from zero, so
/// `"2.5"` gives 3 and `"-2.5"` gives -3. The text must consist of an optional sign (`-` or `+`),
/// one or more ASCII digits and, optionally, a point followed by one or more ASCII digits. Leading
/// zeros are fine. For every other text (with spaces or an exponent, a point that lacks a digit
/// before or after it, the empty text) the answer is `None`, as it is when the rounded number does
/// not fit in an `i64`.
/// The answer is exact for any number of digits; mind that an `f64` holds no more than about 16.
///
/// # Examples
///
/// ```
/// assert_eq!(closest_integer("7"), Some(7));
/// assert_eq!(closest_integer("-2.5"), Some(-3));
/// assert_eq!(closest_integer("0.49999999999999999999"), Some(0));
/// assert_eq!(closest_integer("1e3"), None);
/// ```
pub fn closest_integer(value: &str) -> Option<i64> {
    let (sign, unsigned) = match value.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, value.strip_prefix('+').unwrap_or(value)),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let mut magnitude = i128::from(whole.parse::<u64>().ok()?);
    // The first digit after the point decides, whatever follows it.
    if fraction.starts_with(['5', '6', '7', '8', '9']) {
        magnitude += 1;
    }
    i64::try_from(sign * magnitude).ok()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, expected: Option<i64>) {
        assert_eq!(
            closest_integer(value),
            expected,
            "closest_integer({value:?})"
        );
    }

    #[test]
    fn examples() {
        check("7", Some(7));
        check("-2.5", Some(-3));
        check("0.49999999999999999999", Some(0));
        check("1e3", None);
    }

    #[test]
    fn whole_numbers() {
        for n in -120..=120 {
            check(&n.to_string(), Some(n));
        }
        check("+15", Some(15));
        check("-0", Some(0));
        check("+0", Some(0));
        check("007", Some(7));
        check("-0012", Some(-12));
        check("10.0", Some(10));
        check("-10.000", Some(-10));
        check(&format!("{}6", "0".repeat(60)), Some(6));
    }

    #[test]
    fn every_tenth_and_hundredth() {
        // Oracle: add one half in hundredths and cut off; mirror it for negative numbers.
        for hundredths in 0..=350 {
            let expected = (hundredths + 50) / 100;
            let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
            check(&text, Some(expected));
            check(&format!("+{text}"), Some(expected));
            check(&format!("-{text}"), Some(-expected));
        }
        for tenths in 0..=35 {
            let text = format!("{}.{}", tenths / 10, tenths % 10);
            check(&text, Some((tenths + 5) / 10));
            check(&format!("-{text}"), Some(-((tenths + 5) / 10)));
        }
    }

    #[test]
    fn many_digits() {
        check("0.5", Some(1));
        check("-0.5", Some(-1));
        check("0.50000000000000000000001", Some(1));
        check("2.49999999999999999999999999", Some(2));
        check("-2.49999999999999999999999999", Some(-2));
        check("4503599627370497.5", Some(4_503_599_627_370_498));
        check("9007199254740993", Some(9_007_199_254_740_993));
        check("-9007199254740993.4", Some(-9_007_199_254_740_993));
        check(&format!("3.4{}", "9".repeat(1_000)), Some(3));
    }

    #[test]
    fn limits_of_the_range() {
        check("9223372036854775807", Some(i64::MAX));
        check("9223372036854775807.4", Some(i64::MAX));
        check("9223372036854775807.5", None);
        check("9223372036854775806.5", Some(i64::MAX));
        check("9223372036854775808", None);
        check("-9223372036854775807.5", Some(i64::MIN));
        check("-9223372036854775808", Some(i64::MIN));
        check("-9223372036854775808.4", Some(i64::MIN));
        check("-9223372036854775808.5", None);
        check("-9223372036854775809", None);
        check("18446744073709551615.5", None);
        check("18446744073709551616", None);
        check("-18446744073709551617", None);
        check(&"9".repeat(100), None);
    }

    #[test]
    fn other_texts() {
        for text in [
            "", "-", "+", ".", "-.", "5.", ".5", "-.5", "-5.", "--5", "-+5", "+-5", "++5", "1.2.3",
            "1.-2", "1.+2", "1..2", "1,5", "1e3", "1.5e3", "0x10", "1_000", "inf", "NaN", " 5",
            "5 ", "5 .5", "five", "٣", "1.٣", "1.5x", "x1.5", "1.x", "a", "1a", "1.a", "/", "1:",
        ] {
            check(text, None);
        }
    }
}
