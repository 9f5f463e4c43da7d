/// Returns the longest string with which both `a` and `b` begin, as a part of `a`.
/// Characters are compared exactly and never cut in the middle.
///
/// # Examples
///
/// ```
/// assert_eq!(common_prefix("flower", "flow"), "flow");
/// assert_eq!(common_prefix("Dog", "dog"), "");
/// assert_eq!(common_prefix("né", "nè"), "n");
/// ```
pub fn common_prefix<'a>(a: &'a str, b: &str) -> &'a str {
    for ((position, x), y) in a.char_indices().zip(b.chars()) {
        if x != y {
            return &a[..position];
        }
    }
    &a[..a.len().min(b.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &str, b: &str, expected: &str) {
        assert_eq!(common_prefix(a, b), expected, "common_prefix({a:?}, {b:?})");
        assert_eq!(common_prefix(b, a), expected, "common_prefix({b:?}, {a:?})");
    }

    #[test]
    fn examples() {
        check("flower", "flow", "flow");
        check("Dog", "dog", "");
        check("né", "nè", "n");
    }

    #[test]
    fn short_strings() {
        check("", "", "");
        check("a", "", "");
        check("a", "a", "a");
        check("a", "b", "");
        check("ab", "ac", "a");
    }

    #[test]
    fn equal_parts_later_do_not_count() {
        check("abcd", "abxd", "ab");
        check("xabc", "yabc", "");
        check("aab", "ab", "a");
        check("part 12a", "part 13a", "part 1");
    }

    #[test]
    fn characters_of_several_bytes() {
        check("🦀🦀a", "🦀🦀b", "🦀🦀");
        check("éé", "é", "é");
        check("€a", "€", "€");
        check("日本語", "日本", "日本");
    }

    #[test]
    fn lives_as_long_as_a() {
        let a = String::from("prefix");
        let got = {
            let b = String::from("prelude");
            common_prefix(&a, &b)
        };
        assert_eq!(got, "pre", "common_prefix(\"prefix\", \"prelude\")");
    }

    #[test]
    fn long_strings() {
        let same = "ab".repeat(2_000);
        let got = common_prefix(&same, &same);
        assert_eq!(got.len(), 4_000, "length for two equal strings of 4000");
    }
}
