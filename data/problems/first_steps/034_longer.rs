/// Returns the longer of the two strings, measured in bytes.
/// If they are equally long, returns `a`.
///
/// # Examples
///
/// ```
/// assert_eq!(longer("pear", "fig"), "pear");
/// assert_eq!(longer("fig", "pear"), "pear");
/// assert_eq!(longer("one", "two"), "one");
/// ```
pub fn longer<'a>(a: &'a str, b: &'a str) -> &'a str {
    if b.len() > a.len() {
        b
    } else {
        a
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &str, b: &str, expected: &str) {
        assert_eq!(longer(a, b), expected, "longer({a:?}, {b:?})");
    }

    #[test]
    fn examples() {
        check("pear", "fig", "pear");
        check("fig", "pear", "pear");
        check("one", "two", "one");
    }

    #[test]
    fn empty_strings() {
        check("", "", "");
        check("a", "", "a");
        check("", "b", "b");
    }

    #[test]
    fn length_not_alphabet() {
        check("zz", "aaa", "aaa");
        check("aaa", "zz", "aaa");
        check("two", "one", "two");
        check("A 1", "B2  ", "B2  ");
    }

    #[test]
    fn bytes_not_characters() {
        check("abc", "éé", "éé");
        check("🦀", "abc", "🦀");
        check("ab", "é", "ab");
        check("é", "ab", "é");
    }
}
