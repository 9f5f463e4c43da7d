/// Returns the word with the greatest number of different characters.
///
/// Characters are Unicode scalar values (`char`); upper and lower case count
/// as different. A character that occurs several times in a word counts once.
///
/// When several words share the greatest number, the one that comes first in
/// the order of `str`'s `Ord` (by code points, so that ASCII capitals come
/// before small letters, and a word before its own extensions) is returned,
/// wherever it stands in `words`. The words need not differ, and the empty
/// word, with no characters at all, is a word like any other. Returns `None`
/// when `words` is empty.
///
/// # Examples
///
/// ```
/// assert_eq!(find_max(&["noon", "letter", "mild"]), Some("letter"));
/// assert_eq!(find_max(&["zoo", "ox", "be"]), Some("be"));
/// assert_eq!(find_max(&[]), None);
/// ```
pub fn find_max<'a>(words: &[&'a str]) -> Option<&'a str> {
    words
        .iter()
        .copied()
        .max_by_key(|word| (distinct_chars(word), std::cmp::Reverse(*word)))
}

fn distinct_chars(word: &str) -> usize {
    let chars: std::collections::HashSet<char> = word.chars().collect();
    chars.len()
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

    fn check(words: &[&str], expected: Option<&str>) {
        let got = find_max(words);
        assert_eq!(got, expected, "find_max({words:?})");
    }

    /// Sorts the words and takes the first that no other word exceeds.
    fn brute<'a>(words: &[&'a str]) -> Option<&'a str> {
        let count = |word: &str| {
            let chars: Vec<char> = word.chars().collect();
            (0..chars.len())
                .filter(|&i| !chars[..i].contains(&chars[i]))
                .count()
        };
        let mut sorted = words.to_vec();
        sorted.sort();
        let exceeded = |word: &str| words.iter().any(|other| count(other) > count(word));
        sorted.into_iter().find(|word| !exceeded(word))
    }

    #[test]
    fn examples() {
        check(&["noon", "letter", "mild"], Some("letter"));
        check(&["zoo", "ox", "be"], Some("be"));
        check(&[], None);
    }

    #[test]
    fn few_words() {
        check(&[""], Some(""));
        check(&["aaa"], Some("aaa"));
        check(&["", "a"], Some("a"));
        check(&["a", ""], Some("a"));
        check(&["", ""], Some(""));
        check(&["same", "same"], Some("same"));
    }

    #[test]
    fn repeated_characters_count_once() {
        check(&["aaaaaa", "ab"], Some("ab"));
        check(&["ab", "aaaaaa"], Some("ab"));
        check(&["abab", "abc"], Some("abc"));
        check(&["abcabcabc", "abcd"], Some("abcd"));
        check(&["aabb", "zy"], Some("aabb"));
    }

    #[test]
    fn ties_go_to_the_least_word() {
        check(&["b", "a", "c"], Some("a"));
        check(&["a", "b", "c"], Some("a"));
        check(&["c", "b", "a"], Some("a"));
        check(&["zz", "z"], Some("z"));
        check(&["z", "zz"], Some("z"));
        check(&["ab", "Ab", "AB"], Some("AB"));
        check(&["abc", "x", "cab", "bca", "bac"], Some("abc"));
        check(&["dog", "a", "aa", "cat"], Some("cat"));
    }

    #[test]
    fn case_and_characters_beyond_ascii() {
        check(&["aA", "b"], Some("aA"));
        check(&["aAa", "bb"], Some("aAa"));
        check(&["é", "ab"], Some("ab"));
        check(&["日本", "abab"], Some("abab"));
        check(&["日本語", "ab"], Some("日本語"));
        check(&["é", "z"], Some("z"));
        check(&["  ", "!"], Some("  "));
    }

    #[test]
    fn agrees_with_sorting_first() {
        let mut rng = Lcg(158);
        let letters = ['a', 'b', 'c', 'B', 'é'];
        for _ in 0..600 {
            let texts: Vec<String> = (0..rng.below(6))
                .map(|_| {
                    (0..rng.below(6))
                        .map(|_| letters[rng.below(5) as usize])
                        .collect()
                })
                .collect();
            let words: Vec<&str> = texts.iter().map(String::as_str).collect();
            check(&words, brute(&words));
        }
    }

    #[test]
    fn many_words_and_a_long_one() {
        let long = "ab".repeat(2_000);
        let mut words = vec!["xy"; 1_000];
        words.push(&long);
        words.push("ba");
        let got = find_max(&words).map(str::len);
        assert_eq!(
            got,
            Some(4_000),
            "1000 times \"xy\", 2000 times \"ab\" in one, \"ba\""
        );
    }
}
