/// Counts the lines of `text` that are empty or consist of white space only. Lines are
/// those of `str::lines`: a newline at the end of `text` does not begin another line.
///
/// # Examples
///
/// ```
/// assert_eq!(blank_lines("one\n\ntwo\n  \n"), 2);
/// assert_eq!(blank_lines("one\ntwo\n"), 0);
/// assert_eq!(blank_lines(""), 0);
/// ```
pub fn blank_lines(text: &str) -> usize {
    text.lines().filter(|line| line.trim().is_empty()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: usize) {
        assert_eq!(blank_lines(text), expected, "blank_lines({text:?})");
    }

    #[test]
    fn examples() {
        check("one\n\ntwo\n  \n", 2);
        check("one\ntwo\n", 0);
        check("", 0);
    }

    #[test]
    fn one_line() {
        check("\n", 1);
        check(" ", 1);
        check(" \n", 1);
        check("x", 0);
        check(" X 1 ", 0);
    }

    #[test]
    fn start_and_end() {
        check("\nend", 1);
        check("start\n\n", 1);
        check("a\n ", 1);
        check("\n\n\n", 3);
    }

    #[test]
    fn every_kind_of_white_space() {
        check("a\r\n\r\nb\r\n", 1);
        check("a\n\t\u{3000}\nb\n.\n", 1);
        check("é\n_\n", 0);
    }
}
