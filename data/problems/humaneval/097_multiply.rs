/// Multiplies the last decimal digits of `a` and `b`.
///
/// The sign of a number does not belong to its digits: the last digit of -27 is 7. So the product
/// is never negative. Any `i64` is allowed, `i64::MIN` included.
///
/// # Examples
///
/// ```
/// assert_eq!(multiply(14, 23), 12);
/// assert_eq!(multiply(-27, 98), 56);
/// assert_eq!(multiply(50, 8), 0);
/// ```
pub fn multiply(a: i64, b: i64) -> i64 {
    (a % 10 * (b % 10)).abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: i64, b: i64, expected: i64) {
        assert_eq!(multiply(a, b), expected, "multiply({a}, {b})");
    }

    #[test]
    fn examples() {
        check(14, 23, 12);
        check(-27, 98, 56);
        check(50, 8, 0);
    }

    #[test]
    fn one_digit() {
        for a in 0..10 {
            for b in 0..10 {
                check(a, b, a * b);
                check(-a, b, a * b);
                check(a, -b, a * b);
                check(-a, -b, a * b);
            }
        }
    }

    #[test]
    fn higher_digits_have_no_influence() {
        check(148, 412, 16);
        check(19, 28, 72);
        check(2_020, 1_851, 0);
        check(76, 67, 42);
        check(99, 11, 9);
        check(-104, -115, 20);
    }

    #[test]
    fn extreme_values() {
        check(i64::MAX, 1, 7);
        check(i64::MIN, 1, 8);
        check(i64::MIN, i64::MIN, 64);
        check(i64::MIN, i64::MAX, 56);
        check(i64::MAX, i64::MAX, 49);
        check(i64::MIN, 0, 0);
    }

    #[test]
    fn agrees_with_the_written_numbers() {
        let last = |n: i64| {
            let text = n.to_string();
            text[text.len() - 1..].parse::<i64>()
        };
        for a in -33..=33 {
            for b in -33..=33 {
                if let (Ok(x), Ok(y)) = (last(a), last(b)) {
                    check(a, b, x * y);
                    check(a * 1_000_003, b, last(a * 3).map_or(0, |x| x * y));
                }
            }
        }
    }
}
