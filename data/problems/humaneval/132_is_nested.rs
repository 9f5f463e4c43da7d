/// Tells whether a balanced string with a nested pair of brackets can be made
/// from `text` by deleting characters.
///
/// `text` consists of `'['` and `']'` only. Any of its characters may be
/// deleted (also none); those that remain keep their order. The remaining
/// string is balanced when every prefix of it has at least as many `'['` as
/// `']'`, and the whole has equally many of both. It has a nested pair when a
/// bracket pair stands inside another one, as in `"[[]]"`; `"[][]"` has none.
///
/// `text` itself need not be balanced, and may be empty (the answer is then
/// `false`). It may be long (80,000 characters), so counting from its start to
/// every single character is too slow.
///
/// # Examples
///
/// ```
/// assert!(is_nested("[]]]][[[[][]]"));
/// assert!(is_nested("[][]]")); // delete the first ']'
/// assert!(!is_nested("[]][")); // nothing but "[]" and "" can be made
/// assert!(!is_nested("]][["));
/// ```
pub fn is_nested(text: &str) -> bool {
    let mut opened = 0;
    let mut closed = 0;
    for bracket in text.chars() {
        if bracket == '[' {
            opened += 1;
        } else if opened >= 2 {
            closed += 1;
        }
    }
    closed >= 2
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

    fn check(text: &str, expected: bool) {
        let got = is_nested(text);
        assert_eq!(got, expected, "is_nested({text:?})");
    }

    /// Tries every way of deleting characters.
    fn brute(text: &str) -> bool {
        (0..1u32 << text.len()).any(|kept| {
            let mut depth = 0;
            let mut deepest = 0;
            for (i, bracket) in text.chars().enumerate() {
                if kept >> i & 1 == 1 {
                    depth += if bracket == '[' { 1 } else { -1 };
                    deepest = deepest.max(depth);
                    if depth < 0 {
                        return false;
                    }
                }
            }
            depth == 0 && deepest >= 2
        })
    }

    #[test]
    fn examples() {
        check("[]]]][[[[][]]", true);
        check("[][]]", true);
        check("[]][", false);
        check("]][[", false);
    }

    #[test]
    fn short_texts() {
        check("", false);
        check("[", false);
        check("]", false);
        check("[]", false);
        check("][", false);
        check("[[]", false);
        check("[]]", false);
        check("[][]", false);
        check("[[]]", true);
        check("[]]]", false);
        check("[[[]", false);
        check("[[[[", false);
        check("]]]]", false);
    }

    #[test]
    fn brackets_in_between() {
        check("][[]]", true);
        check("[[]][", true);
        check("[][[]]", true);
        check("]][[]", false);
        check("]][[]]", true);
        check("[]][]", false);
        check("[]][]]", true);
        check("]]]]]]][", false);
        check("]]]]]]][[[[[[[", false);
        check("[[[[[]", false);
        check("[]]]]]", false);
        check("[][][]", true);
    }

    #[test]
    fn agrees_with_trying_every_deletion() {
        for len in 0..=8 {
            for bits in 0..1u32 << len {
                let text: String = (0..len)
                    .map(|i| if bits >> i & 1 == 1 { '[' } else { ']' })
                    .collect();
                check(&text, brute(&text));
            }
        }
        let mut rng = Lcg(132);
        for _ in 0..20 {
            let opening = rng.below(4) as usize;
            let text = "]".repeat(rng.below(5) as usize)
                + &"[".repeat(opening)
                + &"]".repeat(rng.below(3) as usize)
                + &"[".repeat(rng.below(3) as usize);
            check(&text, brute(&text));
        }
    }

    #[test]
    fn long_texts() {
        let closing = "]".repeat(40_000);
        let opening = "[".repeat(40_000);
        assert!(
            !is_nested(&format!("{closing}{opening}]")),
            "40000 ']', 40000 '[', 1 ']'"
        );
        assert!(
            is_nested(&format!("{closing}{opening}]]")),
            "40000 ']', 40000 '[', 2 ']'"
        );
        let text = format!("[{closing}{opening}]");
        assert!(
            is_nested(&text.replace("[]", "[[]")),
            "two '[' before 40000 ']'"
        );
        assert!(!is_nested(&text[..80_001]), "1 '[', 40000 ']', 40000 '['");
    }
}
