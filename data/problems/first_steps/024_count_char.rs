/// Counts how often the character `target` occurs in `text`.
/// Upper and lower case are different characters.
///
/// # Examples
///
/// ```
/// assert_eq!(count_char("banana", 'a'), 3);
/// assert_eq!(count_char("Anna", 'a'), 1);
/// assert_eq!(count_char("", 'x'), 0);
/// ```
pub fn count_char(text: &str, target: char) -> usize {
    text.chars().filter(|&c| c == target).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, target: char, expected: usize) {
        let got = count_char(text, target);
        assert_eq!(got, expected, "count_char({text:?}, {target:?})");
    }

    #[test]
    fn examples() {
        check("banana", 'a', 3);
        check("Anna", 'a', 1);
        check("", 'x', 0);
    }

    #[test]
    fn positions() {
        check("x", 'x', 1);
        check("x", 'y', 0);
        check("xab", 'x', 1);
        check("abx", 'x', 1);
        check("xxxx", 'x', 4);
        check("axxbx", 'x', 3);
        check("X1xX", 'X', 2);
    }

    #[test]
    fn any_character() {
        check("a b  c", ' ', 3);
        check("né né", 'é', 2);
        check("ne", 'é', 0);
        check("🦀é🦀", '🦀', 2);
        check(&"ab\n".repeat(700), '\n', 700);
    }
}
