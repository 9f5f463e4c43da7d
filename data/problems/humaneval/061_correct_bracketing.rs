/// Tells whether the round brackets in `brackets` are balanced.
///
/// Reading from left to right, a `)` must never come without an open `(` to close, and no `(`
/// may be left open at the end. Characters other than `(` and `)` have no influence on the
/// answer; a text without round brackets, such as the empty one, is balanced. Texts may be very
/// long and deeply nested, so the work must be linear in the length.
///
/// # Examples
///
/// ```
/// assert!(correct_bracketing("(())()"));
/// assert!(!correct_bracketing("())("));
/// assert!(!correct_bracketing("(f(x)"));
/// assert!(correct_bracketing("2 * (3 + 4)"));
/// ```
pub fn correct_bracketing(brackets: &str) -> bool {
    let mut open = 0usize;
    for c in brackets.chars() {
        if c == '(' {
            open += 1;
        } else if c == ')' {
            match open.checked_sub(1) {
                Some(left) => open = left,
                None => return false,
            }
        }
    }
    open == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Lcg(u64);

    impl Lcg {
        fn below(&mut self, bound: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % bound
        }
    }

    fn check(brackets: &str, expected: bool) {
        assert_eq!(
            correct_bracketing(brackets),
            expected,
            "correct_bracketing({brackets:?})"
        );
    }

    #[test]
    fn examples() {
        check("(())()", true);
        check("())(", false);
        check("(f(x)", false);
        check("2 * (3 + 4)", true);
    }

    #[test]
    fn short_texts() {
        for text in ["", "()", "()()", "(())", "(()())", "((()))()"] {
            check(text, true);
        }
        for text in ["(", ")", "((", "))", ")(", "())", "(()", "()())(", "((())"] {
            check(text, false);
        }
    }

    #[test]
    fn other_characters_have_no_influence() {
        check("no brackets", true);
        check("Some(None)", true);
        check("[(])", true);
        check("<{[", true);
        check("*()'", true);
        check("(ü(日))", true);
        check("smile :)", false);
        check("ab(", false);
    }

    #[test]
    fn random_texts() {
        // Oracle: give every bracket its depth; the depths must never be negative and end at 0.
        let mut lcg = Lcg(61);
        for _ in 0..500 {
            let length = lcg.below(14);
            let text: String = (0..length)
                .map(|_| ['(', ')', '(', ')', 'x'][lcg.below(5) as usize])
                .collect();
            let depth = |end: usize| {
                let head = &text[..end];
                head.matches('(').count() as i64 - head.matches(')').count() as i64
            };
            let expected = (0..=text.len()).all(|end| depth(end) >= 0) && depth(text.len()) == 0;
            check(&text, expected);
        }
    }

    #[test]
    fn long_and_deep() {
        let deep = 100_000;
        let nested = "(".repeat(deep) + &")".repeat(deep);
        assert!(
            correct_bracketing(&nested),
            "{deep} nested pairs: got false"
        );
        let open = "(".repeat(deep) + &")".repeat(deep - 1);
        assert!(
            !correct_bracketing(&open),
            "{deep} opened, one left open: got true"
        );
        let extra = "(".repeat(deep) + &")".repeat(deep + 1);
        assert!(
            !correct_bracketing(&extra),
            "{deep} opened, one closed too many: got true"
        );
        let flat = "()".repeat(deep);
        assert!(
            correct_bracketing(&flat),
            "{deep} pairs in a row: got false"
        );
    }
}
