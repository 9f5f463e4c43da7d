/// Returns `word` with its first character in upper case (Unicode rules).
/// All other characters stay as they are; an empty word stays empty.
///
/// # Examples
///
/// ```
/// assert_eq!(capitalize("hello"), "Hello");
/// assert_eq!(capitalize("mcDonald"), "McDonald");
/// assert_eq!(capitalize(""), "");
/// ```
pub fn capitalize(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().collect::<String>() + chars.as_str(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, expected: &str) {
        assert_eq!(capitalize(word), expected, "capitalize({word:?})");
    }

    #[test]
    fn examples() {
        check("hello", "Hello");
        check("mcDonald", "McDonald");
        check("", "");
    }

    #[test]
    fn one_or_two_characters() {
        check("a", "A");
        check("ab", "Ab");
        check("Z", "Z");
        check("ZZ", "ZZ");
    }

    #[test]
    fn first_character_is_no_letter() {
        check("7up", "7up");
        check(" space", " space");
        check("-x", "-x");
    }

    #[test]
    fn unicode() {
        check("éclair", "Éclair");
        check("жук", "Жук");
        check("ß-ß", "SS-ß");
    }
}
