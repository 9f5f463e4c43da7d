/// Tells whether the angle brackets in `brackets` are balanced.
///
/// They are balanced when every `<` is closed by a later `>` and every `>` closes an earlier
/// `<`, each bracket being part of exactly one pair. All characters other than `<` and `>` are
/// skipped, so a text without any bracket, the empty text included, is balanced. The text may
/// be long and nested deeply: the time must be proportional to its length.
///
/// # Examples
///
/// ```
/// assert!(correct_bracketing("<<>><>"));
/// assert!(!correct_bracketing("><"));
/// assert!(!correct_bracketing("<<>"));
/// assert!(correct_bracketing("a < b, c > d"));
/// ```
pub fn correct_bracketing(brackets: &str) -> bool {
    let mut depth = 0usize;
    for c in brackets.chars() {
        match c {
            '<' => depth += 1,
            '>' if depth == 0 => return false,
            '>' => depth -= 1,
            _ => {}
        }
    }
    depth == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(brackets: &str, expected: bool) {
        assert_eq!(
            correct_bracketing(brackets),
            expected,
            "correct_bracketing({brackets:?})"
        );
    }

    #[test]
    fn examples() {
        check("<<>><>", true);
        check("><", false);
        check("<<>", false);
        check("a < b, c > d", true);
    }

    #[test]
    fn short_texts() {
        for text in ["", "<>", "<><>", "<<>>", "<<><>>", "<<<><>>>"] {
            check(text, true);
        }
        for text in ["<", ">", "<<", ">>", "<>>", "<<>", "<>><", "><<>", "<<<>>"] {
            check(text, false);
        }
    }

    #[test]
    fn other_characters_are_skipped() {
        check("plain text", true);
        check("Vec<Option<T>>", true);
        check("()[]{}", true);
        check("(<)>", true);
        check("«»", true);
        check("é<ß>日", true);
        check("x = y;", true);
        check("1 > 0", false);
        check("ab<", false);
    }

    #[test]
    fn every_text_of_up_to_ten_brackets() {
        // Oracle: erase adjacent pairs until nothing changes.
        for length in 0..=10u32 {
            for bits in 0..1u32 << length {
                let text: String = (0..length)
                    .map(|i| if bits >> i & 1 == 0 { '<' } else { '>' })
                    .collect();
                let mut rest = text.clone();
                while rest.contains("<>") {
                    rest = rest.replace("<>", "");
                }
                check(&text, rest.is_empty());
            }
        }
    }

    #[test]
    fn long_and_deep() {
        let deep = 100_000;
        let nested = "<".repeat(deep) + &">".repeat(deep);
        assert!(
            correct_bracketing(&nested),
            "{deep} nested pairs: got false"
        );
        let open = "<".repeat(deep) + &">".repeat(deep - 1);
        assert!(
            !correct_bracketing(&open),
            "{deep} opened, one left open: got true"
        );
        let extra = "<".repeat(deep) + &">".repeat(deep + 1);
        assert!(
            !correct_bracketing(&extra),
            "{deep} opened, one closed too many: got true"
        );
        let flat = "<>".repeat(deep);
        assert!(
            correct_bracketing(&flat),
            "{deep} pairs in a row: got false"
        );
    }
}
