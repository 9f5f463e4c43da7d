/// Replaces the spaces of `text` depending on how many stand in a row.
///
/// - A run of one or two spaces: each space becomes an underscore (`'_'`).
/// - A run of three spaces or more: the whole run becomes one hyphen (`'-'`).
///
/// A run is as long as possible: it ends at another character or at an end of
/// the text, and runs at either end are treated like all others. Only `' '` is
/// a space; all other characters (tabs, line ends, and underscores and hyphens
/// that are already there) stay as they are. An empty text stays empty. Texts
/// may be long (40,000 characters), so counting from the start to every single
/// character is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(fix_spaces("one two  three   four"), "one_two__three-four");
/// assert_eq!(fix_spaces("     end "), "-end_");
/// assert_eq!(fix_spaces("as-is_"), "as-is_");
/// ```
pub fn fix_spaces(text: &str) -> String {
    let mut fixed = String::new();
    let mut spaces = 0;
    for c in text.chars() {
        if c == ' ' {
            spaces += 1;
        } else {
            push_run(&mut fixed, spaces);
            spaces = 0;
            fixed.push(c);
        }
    }
    push_run(&mut fixed, spaces);
    fixed
}

fn push_run(fixed: &mut String, spaces: usize) {
    if spaces > 2 {
        fixed.push('-');
    } else {
        fixed.push_str(&"_".repeat(spaces));
    }
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

    fn check(text: &str, expected: &str) {
        let got = fix_spaces(text);
        assert_eq!(got, expected, "fix_spaces({text:?})");
    }

    #[test]
    fn examples() {
        check("one two  three   four", "one_two__three-four");
        check("     end ", "-end_");
        check("as-is_", "as-is_");
    }

    #[test]
    fn runs_by_length() {
        let fixed = ["", "_", "__", "-", "-", "-", "-", "-"];
        for (length, run) in fixed.into_iter().enumerate() {
            let spaces = " ".repeat(length);
            check(&spaces, run);
            check(&format!("a{spaces}b"), &format!("a{run}b"));
            check(&format!("{spaces}b"), &format!("{run}b"));
            check(&format!("a{spaces}"), &format!("a{run}"));
        }
    }

    #[test]
    fn one_run_after_the_other() {
        check("a b c d", "a_b_c_d");
        check("a  b  c", "a__b__c");
        check("a   b   c", "a-b-c");
        check("a  b c   d  ", "a__b_c-d__");
        check("a b  ", "a_b__");
        check("   a b", "-a_b");
    }

    #[test]
    fn other_characters_stay() {
        check("", "");
        check("nothing", "nothing");
        check("Room  12   B", "Room__12-B");
        check("a\t\t\tb", "a\t\t\tb");
        check(" \t ", "_\t_");
        check("a \n b", "a_\n_b");
        check("- -", "-_-");
        check("_   _", "_-_");
        check("é ü\u{a0}ö", "é_ü\u{a0}ö");
    }

    #[test]
    fn agrees_with_texts_put_together() {
        let mut rng = Lcg(140);
        for _ in 0..600 {
            let (mut text, mut expected) = (String::new(), String::new());
            for _ in 0..rng.below(7) {
                let (spaces, run) =
                    [(" ", "_"), ("  ", "__"), ("   ", "-"), ("    ", "-")][rng.below(4) as usize];
                let word = ["x", "_", "yz", "-", "é\t"][rng.below(5) as usize];
                text += spaces;
                expected += run;
                text += word;
                expected += word;
            }
            check(&text, &expected);
        }
    }

    #[test]
    fn long_text() {
        let text = format!("a{}b", " ".repeat(60_000));
        assert_eq!(fix_spaces(&text), "a-b", "\"a\", 60000 spaces, \"b\"");
        let got = fix_spaces(&"a ".repeat(30_000));
        assert!(got == "a_".repeat(30_000), "\"a \" repeated 30000 times");
    }
}
