use std::collections::BTreeMap;

/// Reads settings from the lines (`str::lines`) of `text`. Empty lines, lines of nothing but
/// white space and lines that begin with `#` are skipped. Every other line must be
/// `key=value`: the first `=` separates the two, white space around each is removed,
/// the key must not be empty, and `str::parse` must accept the value as an `i32`.
/// If a key occurs again, the later value counts. The error is the number of the first
/// bad line, where the first line of `text` has number 1.
///
/// # Examples
///
/// ```
/// let settings = parse_settings("# size\nwidth = 80\nheight=25\n").unwrap();
/// assert_eq!(settings["width"], 80);
/// assert_eq!(settings["height"], 25);
/// assert_eq!(parse_settings("a=1\n\nb=x"), Err(3));
/// assert_eq!(parse_settings("width"), Err(1));
/// ```
pub fn parse_settings(text: &str) -> Result<BTreeMap<String, i32>, usize> {
    let mut settings = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        if line.starts_with('#') || line.chars().all(char::is_whitespace) {
            continue;
        }
        let parts = line.split_once('=');
        match parts.map(|(key, value)| (key.trim(), value.trim().parse())) {
            Some((key, Ok(value))) if !key.is_empty() => {
                settings.insert(key.to_string(), value);
            }
            _ => return Err(index + 1),
        }
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, i32)]) {
        let expected = expected
            .iter()
            .map(|&(key, value)| (key.to_string(), value));
        let expected: BTreeMap<String, i32> = expected.collect();
        assert_eq!(
            parse_settings(text),
            Ok(expected),
            "parse_settings({text:?})"
        );
    }

    fn check_error(text: &str, line: usize) {
        assert_eq!(parse_settings(text), Err(line), "parse_settings({text:?})");
    }

    #[test]
    fn examples() {
        check(
            "# size\nwidth = 80\nheight=25\n",
            &[("width", 80), ("height", 25)],
        );
        check_error("a=1\n\nb=x", 3);
        check_error("width", 1);
    }

    #[test]
    fn skipped_lines() {
        check("", &[]);
        check("\n \t \n\r\n", &[]);
        check("#", &[]);
        check("# a=1\n#b\nc=3", &[("c", 3)]);
        check_error("a=1\n # indented", 2);
    }

    #[test]
    fn white_space() {
        check("  a  =  1  \n\tb c\t=\t2\t", &[("a", 1), ("b c", 2)]);
        check("a=-1\r\nb=+2\r\n", &[("a", -1), ("b", 2)]);
        check("größe = 3", &[("größe", 3)]);
        check_error("a=1 2", 1);
    }

    #[test]
    fn later_value_counts() {
        check("a=1\nb=5\na=2", &[("a", 2), ("b", 5)]);
        check("a=1\nA=2", &[("a", 1), ("A", 2)]);
    }

    #[test]
    fn bad_lines() {
        check_error("=1", 1);
        check_error("  = 1", 1);
        check_error("a=", 1);
        check_error("a:1", 1);
        check_error("a=b=3", 1);
        check_error("a=2147483648", 1);
        check_error("a=٣", 1);
        check_error("a=1\nb=2\nc\nd", 3);
        check_error("#\n\n=", 3);
    }

    #[test]
    fn hash_elsewhere() {
        check("a#=1", &[("a#", 1)]);
        check_error("a=1 # one", 1);
    }
}
