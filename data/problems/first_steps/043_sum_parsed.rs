use std::num::ParseIntError;

/// Parses every item as an `i32` with `str::parse` and returns the sum, which is 0
/// for no items. If some items cannot be parsed, returns the error of the first of
/// them. Every partial sum fits in an `i32`.
///
/// # Examples
///
/// ```
/// assert_eq!(sum_parsed(&["1", "20", "-3"]), Ok(18));
/// assert_eq!(sum_parsed(&[]), Ok(0));
/// assert_eq!(sum_parsed(&["1", "two"]), Err("two".parse::<i32>().unwrap_err()));
/// ```
pub fn sum_parsed(items: &[&str]) -> Result<i32, ParseIntError> {
    let mut total = 0;
    for item in items {
        total += item.parse::<i32>()?;
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(items: &[&str], expected: i32) {
        assert_eq!(sum_parsed(items), Ok(expected), "sum_parsed(&{items:?})");
    }

    fn check_error(items: &[&str], culprit: &str) {
        let expected = Err(culprit.parse::<i32>().unwrap_err());
        assert_eq!(sum_parsed(items), expected, "sum_parsed(&{items:?})");
    }

    #[test]
    fn examples() {
        check(&["1", "20", "-3"], 18);
        check(&[], 0);
        check_error(&["1", "two"], "two");
    }

    #[test]
    fn sums() {
        check(&["7"], 7);
        check(&["+7", "-7"], 0);
        check(&["5", "5", "5"], 15);
        check(&["-2", "0", "-9"], -11);
        check(&["2147483646", "1"], i32::MAX);
    }

    #[test]
    fn invalid_items() {
        check_error(&["x"], "x");
        check_error(&["", "1"], "");
        check_error(&["1", " 2"], " 2");
        check_error(&["2147483648"], "2147483648");
    }

    #[test]
    fn first_error_wins() {
        check_error(&["1", "", "x"], "");
        check_error(&["1", "x", ""], "x");
        check_error(&["99999999999", "x", "3"], "99999999999");
        check_error(&["-99999999999", "99999999999"], "-99999999999");
    }
}
