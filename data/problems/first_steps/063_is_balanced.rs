/// Returns `true` if all brackets in `text` are balanced: every `(`, `[` and `{` is
/// closed later by its own counterpart `)`, `]` or `}`, in the right order, and nothing
/// is closed that is not open. Other characters are ignored.
///
/// # Examples
///
/// ```
/// assert_eq!(is_balanced("f(a[0], {b})"), true);
/// assert_eq!(is_balanced("(]"), false);
/// assert_eq!(is_balanced("([)]"), false);
/// assert_eq!(is_balanced(""), true);
/// ```
pub fn is_balanced(text: &str) -> bool {
    let mut expected = Vec::new();
    for c in text.chars() {
        match c {
            '(' => expected.push(')'),
            '[' => expected.push(']'),
            '{' => expected.push('}'),
            ')' | ']' | '}' if expected.pop() != Some(c) => return false,
            _ => {}
        }
    }
    expected.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: bool) {
        assert_eq!(is_balanced(text), expected, "is_balanced({text:?})");
    }

    #[test]
    fn examples() {
        check("f(a[0], {b})", true);
        check("(]", false);
        check("([)]", false);
        check("", true);
    }

    #[test]
    fn never_closed_or_never_opened() {
        for text in [
            "(", "[", "{", ")", "]", "}", "()(", "(()", "{}]", "x)", "[[]",
        ] {
            check(text, false);
        }
    }

    #[test]
    fn every_pair_of_brackets() {
        for (i, open) in "([{".chars().enumerate() {
            for (j, close) in ")]}".chars().enumerate() {
                check(&format!("{open}{close}"), i == j);
                check(&format!("a{open} {close}b"), i == j);
                check(&format!("{close}{open}"), false);
            }
        }
    }

    #[test]
    fn nested_and_in_sequence() {
        check("()[]{}", true);
        check("{[()]}", true);
        check("{[()()][]}", true);
        check("{[(])}", false);
        check("(()", false);
        check("())(", false);
    }

    #[test]
    fn other_characters() {
        check("no brackets < > / \\ é", true);
        check("F(X[0])", true);
        check("'(' \"", false);
    }

    #[test]
    fn deep_nesting() {
        let deep = "([".repeat(1_000) + &"])".repeat(1_000);
        assert!(is_balanced(&deep), "1000 times \"([\", 1000 times \"])\"");
        let missing = &deep[..deep.len() - 1];
        assert!(!is_balanced(missing), "the same without the last character");
    }
}
