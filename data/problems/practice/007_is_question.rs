/// Returns `true` if the last character of `text` is a question mark (`?`).
/// Nothing is skipped, not even a space.
///
/// # Examples
///
/// ```
/// assert_eq!(is_question("How are you?"), true);
/// assert_eq!(is_question("I am fine."), false);
/// assert_eq!(is_question("Why? "), false);
/// ```
pub fn is_question(text: &str) -> bool {
    text.ends_with('?')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: bool) {
        assert_eq!(is_question(text), expected, "is_question({text:?})");
    }

    #[test]
    fn examples() {
        check("How are you?", true);
        check("I am fine.", false);
        check("Why? ", false);
    }

    #[test]
    fn short_texts() {
        check("", false);
        check("?", true);
        check("!", false);
        check("a?", true);
        check("?a", false);
        check("??", true);
    }

    #[test]
    fn only_the_last_character_counts() {
        check("Who? Me!", false);
        check("?no", false);
        check("what?!", false);
        check("7 > 5?", true);
        check("7?5", false);
    }

    #[test]
    fn other_question_marks() {
        check("¿Qué", false);
        check("¿Qué?", true);
        check("何？", false);
        check("what?\n", false);
    }
}
