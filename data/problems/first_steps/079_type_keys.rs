/// A key of a keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Inserts the character at the cursor; the cursor moves behind it.
    Char(char),
    /// Moves the cursor one character to the left, unless it is at the start.
    Left,
    /// Moves the cursor one character to the right, unless it is at the end.
    Right,
    /// Removes the character before the cursor, if there is one.
    Backspace,
}

/// Returns the text that the keys produce, pressed in order in an empty text field.
///
/// # Examples
///
/// ```
/// use Key::{Backspace, Char, Left};
/// assert_eq!(type_keys(&[Char('a'), Char('c'), Left, Char('b')]), "abc");
/// assert_eq!(type_keys(&[Char('x'), Backspace, Char('y')]), "y");
/// assert_eq!(type_keys(&[Backspace]), "");
/// ```
pub fn type_keys(keys: &[Key]) -> String {
    let mut before = String::new();
    // The characters behind the cursor, the nearest one last.
    let mut behind = Vec::new();
    for key in keys {
        match key {
            Key::Char(c) => before.push(*c),
            Key::Left => behind.extend(before.pop()),
            Key::Right => before.extend(behind.pop()),
            Key::Backspace => {
                before.pop();
            }
        }
    }
    before.extend(behind.iter().rev());
    before
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes the keys as a text: `<` is left, `>` right, `#` backspace.
    fn check(keys: &str, expected: &str) {
        let pressed: Vec<Key> = keys
            .chars()
            .map(|c| match c {
                '<' => Key::Left,
                '>' => Key::Right,
                '#' => Key::Backspace,
                _ => Key::Char(c),
            })
            .collect();
        assert_eq!(type_keys(&pressed), expected, "type_keys(&{pressed:?})");
    }

    #[test]
    fn examples() {
        check("ac<b", "abc");
        check("x#y", "y");
        check("#", "");
    }

    #[test]
    fn characters_only() {
        check("", "");
        check("a", "a");
        check("hello Zoë 🦀", "hello Zoë 🦀");
    }

    #[test]
    fn movement() {
        check("abc<<x", "axbc");
        check("abc<<<x", "xabc");
        check("abc<<>x", "abxc");
        check("bc<<a>>d", "abcd");
        check("ab<x>y", "axby");
        check("abc<<<", "abc");
    }

    #[test]
    fn stops_at_both_ends() {
        check("<a", "a");
        check(">a", "a");
        check("ab<<<<x>y", "xayb");
        check("ab>>x<y", "abyx");
    }

    #[test]
    fn backspace() {
        check("abc#", "ab");
        check("abc<#", "ac");
        check("abc<<<#x", "xabc");
        check("ab##c", "c");
        check("ab####cd", "cd");
        check("ab<##", "b");
        check("é🦀#", "é");
    }

    #[test]
    fn many_keys() {
        let mut keys = [Key::Char('a'), Key::Char('b')].repeat(1_000);
        keys.extend([Key::Left, Key::Backspace].repeat(999));
        keys.push(Key::Char('x'));
        let expected = "abx".to_string() + &"b".repeat(999);
        let call = "1000 times a b, 999 times left and backspace, x";
        assert_eq!(type_keys(&keys), expected, "{call}");
    }
}
