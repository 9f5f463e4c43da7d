/// Returns `"yes"` for `true` and `"no"` for `false`.
///
/// # Examples
///
/// ```
/// assert_eq!(yes_or_no(true), "yes");
/// assert_eq!(yes_or_no(false), "no");
/// ```
pub fn yes_or_no(answer: bool) -> &'static str {
    if answer {
        "yes"
    } else {
        "no"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(answer: bool, expected: &str) {
        assert_eq!(yes_or_no(answer), expected, "yes_or_no({answer})");
    }

    #[test]
    fn examples() {
        check(true, "yes");
        check(false, "no");
    }

    #[test]
    fn comparisons() {
        check(2 < 3, "yes");
        check(3 < 2, "no");
    }
}
