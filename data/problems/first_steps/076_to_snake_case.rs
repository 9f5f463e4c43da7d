/// Turns a camelCase name into snake_case: every ASCII capital letter becomes lower case,
/// with an underscore before it unless it is the first character. All other characters
/// stay as they are.
///
/// # Examples
///
/// ```
/// assert_eq!(to_snake_case("parseLine"), "parse_line");
/// assert_eq!(to_snake_case("HttpServer2"), "http_server2");
/// assert_eq!(to_snake_case("aBC"), "a_b_c");
/// ```
pub fn to_snake_case(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        snake += match c {
            'A'..='Z' if !snake.is_empty() => "_",
            _ => "",
        };
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: &str) {
        assert_eq!(to_snake_case(name), expected, "to_snake_case({name:?})");
    }

    #[test]
    fn examples() {
        check("parseLine", "parse_line");
        check("HttpServer2", "http_server2");
        check("aBC", "a_b_c");
    }

    #[test]
    fn short_names() {
        check("", "");
        check("a", "a");
        check("A", "a");
        check("AB", "a_b");
        check("Ab", "ab");
    }

    #[test]
    fn alphabet() {
        for (capital, small) in ('A'..='Z').zip('a'..='z') {
            check(&capital.to_string(), &small.to_string());
            check(&format!("x{capital}y"), &format!("x_{small}y"));
            check(&format!("x{small}y"), &format!("x{small}y"));
        }
    }

    #[test]
    fn other_characters() {
        check("already_snake", "already_snake");
        check("a_B", "a__b");
        check("_A", "__a");
        check("x@y[z", "x@y[z");
        check("@A[", "@_a[");
        check("4Ever young", "4_ever young");
        check("éÉa", "éÉa");
        check("ÉA", "É_a");
    }
}
