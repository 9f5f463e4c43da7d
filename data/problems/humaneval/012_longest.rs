/// Returns the longest of the given strings.
///
/// The length of a string is its number of Unicode scalar values (`char`), not
/// its number of bytes. If several strings are longest, the one that comes
/// first in the slice is returned. An empty slice gives `None`; a slice that
/// holds only empty strings gives `Some("")`.
///
/// # Examples
///
/// ```
/// assert_eq!(longest(&["oak", "maple", "birch", "elm"]), Some("maple"));
/// assert_eq!(longest(&["été", "abcd"]), Some("abcd"));
/// assert_eq!(longest(&[]), None);
/// ```
pub fn longest<'a>(strings: &[&'a str]) -> Option<&'a str> {
    // Of several maxima, `max_by_key` returns the last.
    let reversed = strings.iter().rev().copied();
    reversed.max_by_key(|string| string.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(strings: &[&str], expected: Option<&str>) {
        assert_eq!(longest(strings), expected, "longest({strings:?})");
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check(&["oak", "maple", "birch", "elm"], Some("maple"));
        check(&["été", "abcd"], Some("abcd"));
        check(&[], None);
    }

    #[test]
    fn empty_strings() {
        check(&[""], Some(""));
        check(&["", ""], Some(""));
        check(&["", "a", ""], Some("a"));
        check(&["", "", " "], Some(" "));
    }

    #[test]
    fn first_of_equals() {
        check(&["b", "a", "c"], Some("b"));
        check(&["x", "dd", "cc", "y"], Some("dd"));
        check(&["x", "cc", "dd"], Some("cc"));
        check(&["été", "abc"], Some("été"));
        check(&["abc", "été"], Some("abc"));
    }

    #[test]
    fn position_of_the_longest() {
        check(&["four", "a", "bb"], Some("four"));
        check(&["a", "four", "bb"], Some("four"));
        check(&["a", "bb", "four"], Some("four"));
        check(&["zz", "a"], Some("zz"));
        check(&["zz", "aaa"], Some("aaa"));
        check(
            &["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "kk", "l"],
            Some("kk"),
        );
    }

    #[test]
    fn characters_not_bytes() {
        check(&["日本", "abc"], Some("abc"));
        check(&["😀😀", "é", "abc", "日本語語"], Some("日本語語"));
        check(&["ab", "é"], Some("ab"));
    }

    #[test]
    fn nothing_before_is_as_long_and_nothing_after_is_longer() {
        let mut state = 41;
        for _ in 0..300 {
            let count = 1 + next(&mut state, 6) as usize;
            let words: Vec<String> = (0..count)
                .map(|i| i.to_string().repeat(next(&mut state, 5) as usize))
                .collect();
            let strings: Vec<&str> = words.iter().map(String::as_str).collect();
            let first = (0..count).find(|&i| {
                strings[..i]
                    .iter()
                    .all(|other| other.len() < strings[i].len())
                    && strings[i..]
                        .iter()
                        .all(|other| other.len() <= strings[i].len())
            });
            check(&strings, first.map(|i| strings[i]));
        }
    }
}
