/// Tells whether two strings of parentheses can be joined, in one order or the
/// other, into a balanced string.
///
/// Both strings consist of `'('` and `')'` only. The answer is `"Yes"` when
/// `first` followed by `second`, or `second` followed by `first`, is balanced,
/// and `"No"` otherwise. Both strings are used whole, once each.
///
/// A string is balanced when every prefix of it has at least as many `'('` as
/// `')'`, and the whole string has equally many of both. The empty string is
/// balanced; either argument, or both, may be empty. Both may be long (50,000
/// characters), so removing pairs `()` again and again is too slow, and so is
/// counting from the start to every single character.
///
/// # Examples
///
/// ```
/// assert_eq!(match_parens("())", "("), "Yes"); // "(" + "())"
/// assert_eq!(match_parens("((", "))"), "Yes"); // "((" + "))"
/// assert_eq!(match_parens(")(", ")("), "No");
/// assert_eq!(match_parens("", "(("), "No");
/// ```
pub fn match_parens(first: &str, second: &str) -> &'static str {
    if is_balanced(first, second) || is_balanced(second, first) {
        "Yes"
    } else {
        "No"
    }
}

fn is_balanced(left: &str, right: &str) -> bool {
    let mut open = 0;
    for paren in left.chars().chain(right.chars()) {
        if paren == '(' {
            open += 1;
        } else if open > 0 {
            open -= 1;
        } else {
            return false;
        }
    }
    open == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small linear congruential generator, so that every run sees the same inputs.
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

    fn check(first: &str, second: &str, expected: &str) {
        let got = match_parens(first, second);
        assert_eq!(got, expected, "match_parens({first:?}, {second:?})");
    }

    /// Cancels neighbouring pairs until none is left.
    fn cancels_out(text: String) -> bool {
        let shorter = text.replace("()", "");
        if shorter.len() == text.len() {
            text.is_empty()
        } else {
            cancels_out(shorter)
        }
    }

    #[test]
    fn examples() {
        check("())", "(", "Yes");
        check("((", "))", "Yes");
        check(")(", ")(", "No");
        check("", "((", "No");
    }

    #[test]
    fn empty_strings() {
        check("", "", "Yes");
        check("", "()", "Yes");
        check("()", "", "Yes");
        check("", ")(", "No");
        check("(", "", "No");
        check("", ")", "No");
    }

    #[test]
    fn both_orders_are_tried() {
        check("(", ")", "Yes");
        check(")", "(", "Yes");
        check("(()", "())()", "Yes");
        check("())()", "(()", "Yes");
        check(")())", "(()(", "Yes");
    }

    #[test]
    fn unequal_numbers() {
        check("(", "(", "No");
        check(")", ")", "No");
        check("(()", "()", "No");
        check("())", "()", "No");
        check("()", "()(", "No");
        check("()()", "()()", "Yes");
    }

    #[test]
    fn equal_numbers_in_the_wrong_order() {
        check("))((", "()", "No");
        check("())(", "()", "No");
        check("())(", "(())", "No");
        check(")(", "()", "No");
        check("))(", "((", "No");
        check("))(", "()(", "No");
    }

    #[test]
    fn agrees_with_cancelling_pairs() {
        let mut rng = Lcg(119);
        let mut yes = 0;
        for _ in 0..3000 {
            let mut word = || -> String {
                (0..rng.below(7))
                    .map(|_| if rng.below(2) == 0 { '(' } else { ')' })
                    .collect()
            };
            let (first, second) = (word(), word());
            let good =
                cancels_out(format!("{first}{second}")) || cancels_out(format!("{second}{first}"));
            yes += usize::from(good);
            check(&first, &second, if good { "Yes" } else { "No" });
        }
        assert!(
            yes > 100,
            "only {yes} joinable pairs among the generated ones"
        );
    }

    #[test]
    fn long_strings() {
        let (open, close) = ("(".repeat(50_000), ")".repeat(50_000));
        assert_eq!(match_parens(&close, &open), "Yes", "50000 ')', 50000 '('");
        let close = close + ")";
        assert_eq!(match_parens(&close, &open), "No", "50001 ')', 50000 '('");
    }
}
