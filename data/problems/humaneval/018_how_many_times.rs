/// Counts the occurrences of `substring` in `string`, overlapping ones included.
///
/// An occurrence is a position in `string` at which `substring` starts. Two
/// occurrences may share characters: `"aa"` occurs twice in `"aaa"`. Characters
/// are compared exactly, so case matters. `substring` has at least one
/// character; if it is longer than `string` the count is 0. Both may hold any
/// Unicode text. `string` may be long (40,000 characters), so counting from its
/// start to every single position is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(how_many_times("banana", "ana"), 2);
/// assert_eq!(how_many_times("banana", "nan"), 1);
/// assert_eq!(how_many_times("", "a"), 0);
/// ```
pub fn how_many_times(string: &str, substring: &str) -> usize {
    string
        .as_bytes()
        .windows(substring.len())
        .filter(|window| *window == substring.as_bytes())
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(string: &str, substring: &str, expected: usize) {
        assert_eq!(
            how_many_times(string, substring),
            expected,
            "how_many_times({string:?}, {substring:?})"
        );
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check("banana", "ana", 2);
        check("banana", "nan", 1);
        check("", "a", 0);
    }

    #[test]
    fn lengths() {
        check("a", "a", 1);
        check("a", "b", 0);
        check("a", "aa", 0);
        check("ab", "ab", 1);
        check("ab", "abc", 0);
        check("ab", "ba", 0);
        check("abc", "c", 1);
        check("abc", "a", 1);
    }

    #[test]
    fn overlaps() {
        check("aaa", "aa", 2);
        check("aaaaa", "aaa", 3);
        check("aaaaa", "a", 5);
        check("abababab", "abab", 3);
        check("abcabcab", "abcab", 2);
        check("aabaabaa", "aabaa", 2);
        check("  x  ", "  ", 2);
    }

    #[test]
    fn exact_characters() {
        check("Hahaha", "ha", 2);
        check("HAHA", "ha", 0);
        check("HAHA", "HA", 2);
        check("12121", "121", 2);
        check("a.b.c", ".", 2);
        check("ééé", "éé", 2);
        check("日日本日", "日", 3);
        check("😀😀😀", "😀😀", 2);
    }

    #[test]
    fn agrees_with_prefixes_of_endings() {
        let mut state = 19;
        for _ in 0..500 {
            let mut word = |len: u64| -> String {
                (0..len)
                    .map(|_| if next(&mut state, 2) == 0 { 'a' } else { 'é' })
                    .collect()
            };
            let string = word(12);
            for len in 1..=3 {
                let substring = word(len);
                let starts = string
                    .char_indices()
                    .filter(|&(i, _)| string[i..].strip_prefix(&substring).is_some());
                check(&string, &substring, starts.count());
            }
        }
    }

    #[test]
    fn long_string() {
        let got = how_many_times(&"ab".repeat(20_000), "aba");
        assert_eq!(got, 19_999, "\"aba\" in 20000 times \"ab\"");
    }
}
