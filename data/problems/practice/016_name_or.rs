/// Returns `name` if there is one and it is not empty, otherwise `fallback`.
/// A name of spaces is not empty.
///
/// # Examples
///
/// ```
/// assert_eq!(name_or(Some("Ada"), "nobody"), "Ada");
/// assert_eq!(name_or(Some(""), "nobody"), "nobody");
/// assert_eq!(name_or(None, "nobody"), "nobody");
/// ```
pub fn name_or<'a>(name: Option<&'a str>, fallback: &'a str) -> &'a str {
    match name {
        Some(given) if !given.is_empty() => given,
        _ => fallback,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: Option<&str>, fallback: &str, expected: &str) {
        let got = name_or(name, fallback);
        assert_eq!(got, expected, "name_or({name:?}, {fallback:?})");
    }

    #[test]
    fn examples() {
        check(Some("Ada"), "nobody", "Ada");
        check(Some(""), "nobody", "nobody");
        check(None, "nobody", "nobody");
    }

    #[test]
    fn short_and_blank_names() {
        check(Some("x"), "y", "x");
        check(Some(" "), "y", " ");
        check(Some("\n"), "y", "\n");
        check(Some("é"), "y", "é");
    }

    #[test]
    fn any_fallback() {
        check(None, "", "");
        check(Some(""), "", "");
        check(Some("Bob"), "", "Bob");
        check(None, "é", "é");
        check(None, "Guest 7", "Guest 7");
    }
}
