/// Splits `line` into fields at its commas, except for those between double quotes. Every
/// double quote (`"`) opens a quotation or closes the one that is open, and is removed
/// itself; a quotation that is not closed reaches to the end. All other characters stay,
/// spaces too. The empty line has one field, which is empty.
///
/// # Examples
///
/// ```
/// assert_eq!(split_quoted("a,b c,d"), vec!["a", "b c", "d"]);
/// assert_eq!(split_quoted("\"x,y\",z"), vec!["x,y", "z"]);
/// assert_eq!(split_quoted("1,,"), vec!["1", "", ""]);
/// ```
pub fn split_quoted(line: &str) -> Vec<String> {
    let mut quoted = false;
    let mut field = String::new();
    let mut fields: Vec<String> = Vec::new();
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            _ => field.push(c),
        }
    }
    fields.push(field);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &[&str]) {
        assert_eq!(split_quoted(line), expected, "split_quoted({line:?})");
    }

    #[test]
    fn examples() {
        check("a,b c,d", &["a", "b c", "d"]);
        check("\"x,y\",z", &["x,y", "z"]);
        check("1,,", &["1", "", ""]);
    }

    #[test]
    fn short_lines() {
        check("", &[""]);
        check("a", &["a"]);
        check(",", &["", ""]);
        check(" ", &[" "]);
        check("\"", &[""]);
        check("\"\"", &[""]);
        check("\",\"", &[","]);
    }

    #[test]
    fn quotations() {
        check("a\"b,c\"d,e", &["ab,cd", "e"]);
        check("\"a\",\"b\"", &["a", "b"]);
        check("\"a\"\",\"", &["a,"]);
        check("\"a\"\"b\",c", &["ab", "c"]);
        check("\"\"\",\"", &[","]);
    }

    #[test]
    fn not_closed() {
        check("a,\"b,c", &["a", "b,c"]);
        check("a,b\"", &["a", "b"]);
        check("\",,", &[",,"]);
    }

    #[test]
    fn nothing_else_changes() {
        check(" A , b;c ", &[" A ", " b;c "]);
        check("é,'1,2'", &["é", "'1", "2'"]);
        check("-+!#", &["-+!#"]);
    }
}
