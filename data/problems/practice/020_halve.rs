/// Returns half of `n` if `n` is even. For an odd `n` the error is `N is odd`, where `N`
/// is `n` written as a decimal number. Zero is even.
///
/// # Examples
///
/// ```
/// assert_eq!(halve(10), Ok(5));
/// assert_eq!(halve(-4), Ok(-2));
/// assert_eq!(halve(7), Err("7 is odd".to_string()));
/// ```
pub fn halve(n: i32) -> Result<i32, String> {
    if n % 2 == 0 {
        Ok(n / 2)
    } else {
        Err(format!("{n} is odd"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: i32, expected: Result<i32, &str>) {
        let got = halve(n);
        assert_eq!(got, expected.map_err(str::to_string), "halve({n})");
    }

    #[test]
    fn examples() {
        check(10, Ok(5));
        check(-4, Ok(-2));
        check(7, Err("7 is odd"));
    }

    #[test]
    fn around_zero() {
        check(0, Ok(0));
        check(1, Err("1 is odd"));
        check(2, Ok(1));
        check(-1, Err("-1 is odd"));
        check(-2, Ok(-1));
    }

    #[test]
    fn limits() {
        check(1_000, Ok(500));
        check(i32::MIN, Ok(-1_073_741_824));
        check(i32::MAX - 1, Ok(1_073_741_823));
        check(i32::MAX, Err("2147483647 is odd"));
        check(i32::MIN + 1, Err("-2147483647 is odd"));
    }
}
