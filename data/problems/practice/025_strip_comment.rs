/// Returns the part of `line` before its first `#`, or the whole line if it has no `#`.
/// In both cases white space (Unicode) at the end of the result is removed.
///
/// # Examples
///
/// ```
/// assert_eq!(strip_comment("x = 1  # first"), "x = 1");
/// assert_eq!(strip_comment("  y = 2 "), "  y = 2");
/// assert_eq!(strip_comment("# nothing else"), "");
/// ```
pub fn strip_comment(line: &str) -> &str {
    match line.split_once('#') {
        Some((code, _)) => code.trim_end(),
        None => line.trim_end(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        assert_eq!(strip_comment(line), expected, "strip_comment({line:?})");
    }

    #[test]
    fn examples() {
        check("x = 1  # first", "x = 1");
        check("  y = 2 ", "  y = 2");
        check("# nothing else", "");
    }

    #[test]
    fn short_lines() {
        check("", "");
        check("#", "");
        check(" ", "");
        check("  #", "");
        check("z", "z");
        check("z#", "z");
        check("#z", "");
    }

    #[test]
    fn the_first_of_several() {
        check("a # b # c", "a");
        check("a##", "a");
        check(" # #", "");
    }

    #[test]
    fn white_space_and_unicode() {
        check("\tB1\t\u{3000}# tab", "\tB1");
        check("a \n", "a");
        check("é // è", "é // è");
        check("C \u{3000}", "C");
    }
}
