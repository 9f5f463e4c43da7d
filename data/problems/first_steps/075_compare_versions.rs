use std::cmp::Ordering;

/// Compares two version numbers such as `1.10.2` part by part, from the left. The parts
/// are separated by dots and compared as `u32` numbers; a part that `str::parse` does not
/// accept as such counts as 0, and so does a missing part at the end.
///
/// # Examples
///
/// ```
/// assert_eq!(compare_versions("1.10", "1.9"), Ordering::Greater);
/// assert_eq!(compare_versions("2.0.1", "2.1"), Ordering::Less);
/// assert_eq!(compare_versions("3", "3.0.0"), Ordering::Equal);
/// assert_eq!(compare_versions("1.x.5", "1.0.5"), Ordering::Equal);
/// ```
pub fn compare_versions(a: &str, b: &str) -> Ordering {
    let number = |part: Option<&str>| -> u32 { part.and_then(|p| p.parse().ok()).unwrap_or(0) };
    let mut left = a.split('.');
    let mut right = b.split('.');
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (x, y) => match number(x).cmp(&number(y)) {
                Ordering::Equal => {}
                different => return different,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &str, b: &str, expected: Ordering) {
        let got = compare_versions(a, b);
        assert_eq!(got, expected, "compare_versions({a:?}, {b:?})");
        let got = compare_versions(b, a);
        assert_eq!(got, expected.reverse(), "compare_versions({b:?}, {a:?})");
    }

    #[test]
    fn examples() {
        check("1.10", "1.9", Ordering::Greater);
        check("2.0.1", "2.1", Ordering::Less);
        check("3", "3.0.0", Ordering::Equal);
        check("1.x.5", "1.0.5", Ordering::Equal);
    }

    #[test]
    fn one_part() {
        check("0", "0", Ordering::Equal);
        check("1", "2", Ordering::Less);
        check("10", "9", Ordering::Greater);
        check("007", "7", Ordering::Equal);
        check("4294967295", "4294967294", Ordering::Greater);
    }

    #[test]
    fn leftmost_difference_decides() {
        check("1.2.3", "1.2.3", Ordering::Equal);
        check("1.2.3", "1.2.4", Ordering::Less);
        check("1.3.0", "1.2.9", Ordering::Greater);
        check("0.9.9", "1.0.0", Ordering::Less);
        check("2.1.5", "1.2.6", Ordering::Greater);
    }

    #[test]
    fn different_lengths() {
        check("1", "1.0.1", Ordering::Less);
        check("1.0", "1.0.0.0", Ordering::Equal);
        check("1.1", "1.0.5", Ordering::Greater);
        check("1.0.0.2", "1.0.0.1.9", Ordering::Greater);
    }

    #[test]
    fn invalid_parts_count_as_zero() {
        check("", "0", Ordering::Equal);
        check("a", "1", Ordering::Less);
        check("1..2", "1.0.2", Ordering::Equal);
        check("1.-5", "1.0", Ordering::Equal);
        check("1. 5", "1.1", Ordering::Less);
        check("4294967296", "1", Ordering::Less);
    }

    #[test]
    fn long_versions() {
        let version = "1.".repeat(5_000);
        let got = compare_versions(&(version.clone() + "7"), &(version + "8"));
        assert_eq!(got, Ordering::Less, "5000 times \"1.\", then 7 against 8");
    }
}
