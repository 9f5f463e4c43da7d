/// Builds an acronym: the first character of every word, in upper case (Unicode rules).
/// Words are separated by Unicode white space; without words the result is empty.
///
/// # Examples
///
/// ```
/// assert_eq!(acronym("portable network graphics"), "PNG");
/// assert_eq!(acronym("  As soon  as possible "), "ASAP");
/// assert_eq!(acronym(""), "");
/// ```
pub fn acronym(phrase: &str) -> String {
    phrase
        .split_whitespace()
        .flat_map(|word| word.chars().take(1))
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(phrase: &str, expected: &str) {
        assert_eq!(acronym(phrase), expected, "acronym({phrase:?})");
    }

    #[test]
    fn examples() {
        check("portable network graphics", "PNG");
        check("  As soon  as possible ", "ASAP");
        check("", "");
    }

    #[test]
    fn short_phrases() {
        check(" \t\n", "");
        check("x", "X");
        check("XY", "X");
        check("a b", "AB");
    }

    #[test]
    fn only_white_space_separates() {
        check("first-in, first_out", "FF");
        check("one\ttwo\nthree\u{3000}four", "OTTF");
        check("camelCase Word", "CW");
    }

    #[test]
    fn any_first_character() {
        check("3 little pigs", "3LP");
        check("élan vital", "ÉV");
        check("ßa b", "SSB");
        check("(see below)", "(B");
    }
}
