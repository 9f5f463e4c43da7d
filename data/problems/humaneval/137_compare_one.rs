/// A number in one of three notations.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// An integer between `-2^53` and `2^53`, exact as an `f64`.
    Int(i64),
    /// A finite number.
    Real(f64),
    /// A number as text: an optional `'-'`, one or more ASCII digits, and
    /// optionally a decimal separator (`'.'` or `','`) with one or more ASCII
    /// digits after it. There are at most 15 digits in all, and no blanks.
    Text(String),
}

/// Returns the greater of two numbers, in the notation in which it is given,
/// or `None` if they are equal.
///
/// The numbers are compared by their value as `f64`, whatever their notations:
/// an `Int` and a `Real` are that number, and a `Text` is the `f64` nearest to
/// the decimal number that is written, with `','` meaning the same as `'.'`.
/// Thus `Int(2)`, `Real(2.0)` and `Text("2,00")` are all equal, and so are
/// `0.0` and `-0.0`.
///
/// The result is a copy of the argument that is greater: a text stays the very
/// same text. All values keep to what is said at their variants.
///
/// # Examples
///
/// ```
/// let text = |digits: &str| Value::Text(digits.to_string());
/// assert_eq!(compare_one(&Value::Int(3), &Value::Real(3.5)), Some(Value::Real(3.5)));
/// assert_eq!(compare_one(&text("10,25"), &text("9.75")), Some(text("10,25")));
/// assert_eq!(compare_one(&Value::Int(-4), &text("-4.0")), None);
/// ```
pub fn compare_one(a: &Value, b: &Value) -> Option<Value> {
    let (left, right) = (as_number(a)?, as_number(b)?);
    if left > right {
        Some(a.clone())
    } else if left < right {
        Some(b.clone())
    } else {
        None
    }
}

fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(n) => Some(*n as f64),
        Value::Real(x) => Some(*x),
        Value::Text(text) => text.replace(',', ".").parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small linear congruential generator, so that every run sees the same inputs.
    struct Lcg(u64);

    impl Lcg {
        fn below(&mut self, bound: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % bound
        }
    }

    fn int(n: i64) -> Value {
        Value::Int(n)
    }

    fn real(x: f64) -> Value {
        Value::Real(x)
    }

    fn text(digits: &str) -> Value {
        Value::Text(digits.to_string())
    }

    /// `greater` must be the answer in both orders of the arguments.
    fn check(greater: Value, smaller: Value) {
        let got = compare_one(&greater, &smaller);
        assert_eq!(
            got.as_ref(),
            Some(&greater),
            "compare_one(&{greater:?}, &{smaller:?})"
        );
        let got = compare_one(&smaller, &greater);
        assert_eq!(
            got.as_ref(),
            Some(&greater),
            "compare_one(&{smaller:?}, &{greater:?})"
        );
    }

    fn check_equal(a: Value, b: Value) {
        assert_eq!(compare_one(&a, &b), None, "compare_one(&{a:?}, &{b:?})");
        assert_eq!(compare_one(&b, &a), None, "compare_one(&{b:?}, &{a:?})");
    }

    #[test]
    fn examples() {
        check(real(3.5), int(3));
        check(text("10,25"), text("9.75"));
        check_equal(int(-4), text("-4.0"));
    }

    #[test]
    fn all_pairs_of_notations() {
        check(int(2), int(1));
        check(int(2), real(1.5));
        check(int(2), text("1,5"));
        check(real(2.5), int(2));
        check(real(2.5), real(2.25));
        check(real(2.5), text("2.49"));
        check(text("2,51"), int(2));
        check(text("2.51"), real(2.5));
        check(text("2.51"), text("2,5"));
    }

    #[test]
    fn equal_numbers() {
        check_equal(int(0), int(0));
        check_equal(int(2), real(2.0));
        check_equal(int(2), text("2"));
        check_equal(int(2), text("2,00"));
        check_equal(real(0.5), text("0,5"));
        check_equal(real(0.1), text("0.1"));
        check_equal(text("007"), text("7.0"));
        check_equal(text("1.50"), text("1,5"));
        check_equal(real(0.0), real(-0.0));
        check_equal(int(0), text("-0,0"));
    }

    #[test]
    fn negative_numbers() {
        check(int(-1), int(-2));
        check(int(0), text("-0,001"));
        check(text("-1,5"), real(-1.75));
        check(text("3"), text("-5"));
        check(real(-0.5), int(-1));
    }

    #[test]
    fn numbers_and_not_their_letters() {
        check(text("10"), text("9"));
        check(text("10"), text("9,99"));
        check(text("1,25"), text("1.2"));
        check(text("2.5"), text("1,999"));
        check(text("0,3"), text("0.25"));
    }

    #[test]
    fn wide_and_narrow() {
        let limit = 1 << 53;
        check(int(limit), int(limit - 1));
        check(int(-limit + 1), int(-limit));
        check(real(1e300), int(limit));
        check(text("999999999999999"), text("999999999999998"));
        check(text("0,00000000000002"), text("0.00000000000001"));
        check(int(1_000_000), text("999999,999999999"));
    }

    #[test]
    fn agrees_with_comparing_hundredths() {
        let mut rng = Lcg(137);
        for _ in 0..1500 {
            let mut value = || {
                let hundredths = rng.below(800) as i64 - 400;
                let sign = if hundredths < 0 { "-" } else { "" };
                let size = hundredths.abs();
                match rng.below(4) {
                    0 => (100 * (hundredths / 100), int(hundredths / 100)),
                    1 => (25 * (hundredths / 25), real((hundredths / 25) as f64 / 4.0)),
                    2 => (
                        hundredths,
                        text(&format!("{sign}{}.{:02}", size / 100, size % 100)),
                    ),
                    _ => (
                        hundredths,
                        text(&format!("{sign}{},{:02}", size / 100, size % 100)),
                    ),
                }
            };
            let ((a, first), (b, second)) = (value(), value());
            match a.cmp(&b) {
                std::cmp::Ordering::Greater => check(first, second),
                std::cmp::Ordering::Less => check(second, first),
                std::cmp::Ordering::Equal => check_equal(first, second),
            }
        }
    }
}
