/// Returns the words of even length, shortest first.
///
/// The length of a word is its number of characters (`char`), not of bytes:
/// `"né"` has an even length. Words of odd length are left out; the empty word
/// has length 0, which is even.
///
/// Words of the same length are in the order of `str`'s `Ord`: compared
/// character by character by code point, so that upper case ASCII letters come
/// before lower case ones. A word that occurs several times in the input
/// occurs as often in the result. Without a word of even length the result is
/// empty.
///
/// # Examples
///
/// ```
/// assert_eq!(sorted_list_sum(&["pear", "fig", "kiwi", "to"]), ["to", "kiwi", "pear"]);
/// assert_eq!(sorted_list_sum(&["ox", "ab", "Zz", "ox"]), ["Zz", "ab", "ox", "ox"]);
/// assert_eq!(sorted_list_sum(&["a"]), Vec::<String>::new());
/// ```
pub fn sorted_list_sum(words: &[&str]) -> Vec<String> {
    let mut kept = Vec::new();
    for word in words {
        if word.chars().count() % 2 != 1 {
            kept.push(word.to_string());
        }
    }
    kept.sort_by(|a, b| {
        let by_length = a.chars().count().cmp(&b.chars().count());
        by_length.then(a.cmp(b))
    });
    kept
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

    fn check(words: &[&str], expected: &[&str]) {
        let got = sorted_list_sum(words);
        assert_eq!(got, expected, "sorted_list_sum({words:?})");
    }

    /// Collects length by length, each time taking the least word left.
    fn brute(words: &[&str]) -> Vec<String> {
        let mut result = Vec::new();
        for length in [0, 2, 4, 6, 8] {
            let mut left: Vec<Vec<char>> =
                words.iter().map(|word| word.chars().collect()).collect();
            left.retain(|word| word.len() == length);
            while let Some(least) = left.iter().min().cloned() {
                let at = left.iter().position(|word| *word == least).unwrap();
                result.push(left.swap_remove(at).into_iter().collect());
            }
        }
        result
    }

    #[test]
    fn examples() {
        check(&["pear", "fig", "kiwi", "to"], &["to", "kiwi", "pear"]);
        check(&["ox", "ab", "Zz", "ox"], &["Zz", "ab", "ox", "ox"]);
        check(&["a"], &[]);
    }

    #[test]
    fn lengths() {
        check(&[], &[]);
        check(&[""], &[""]);
        check(&["a", "abc", "abcde"], &[]);
        check(&["abcdef", "abcd", "ab", ""], &["", "ab", "abcd", "abcdef"]);
        check(&["abcdef", "abc", "b", "ab"], &["ab", "abcdef"]);
        check(&["", "ab", ""], &["", "", "ab"]);
    }

    #[test]
    fn length_goes_before_the_alphabet() {
        check(&["aaaa", "zz"], &["zz", "aaaa"]);
        check(&["zz", "aaaa"], &["zz", "aaaa"]);
        check(
            &["bb", "aaaaaa", "cccc", "aa"],
            &["aa", "bb", "cccc", "aaaaaa"],
        );
    }

    #[test]
    fn order_of_words_of_the_same_length() {
        check(&["zz", "za", "az"], &["az", "za", "zz"]);
        check(&["az", "za", "zz"], &["az", "za", "zz"]);
        check(&["ab", "Ab", "aB", "AB"], &["AB", "Ab", "aB", "ab"]);
        check(&["a_", "a1", "aZ", "a "], &["a ", "a1", "aZ", "a_"]);
        check(&["dd", "dd", "cc", "dd"], &["cc", "dd", "dd", "dd"]);
    }

    #[test]
    fn characters_and_not_bytes() {
        check(&["né"], &["né"]);
        check(&["é"], &[]);
        check(&["日"], &[]);
        check(&["日本"], &["日本"]);
        check(&["abcd", "éé", "zz"], &["zz", "éé", "abcd"]);
        check(&["aaaa", "😀😀"], &["😀😀", "aaaa"]);
        check(&["aé", "a日", "az", "a😀"], &["az", "aé", "a日", "a😀"]);
    }

    #[test]
    fn agrees_with_collecting_length_by_length() {
        let mut rng = Lcg(149);
        let letters = ['a', 'b', 'Z', 'é', '日'];
        for _ in 0..500 {
            let texts: Vec<String> = (0..rng.below(9))
                .map(|_| {
                    (0..rng.below(7))
                        .map(|_| letters[rng.below(5) as usize])
                        .collect()
                })
                .collect();
            let words: Vec<&str> = texts.iter().map(String::as_str).collect();
            let expected = brute(&words);
            let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
            check(&words, &expected);
        }
    }

    #[test]
    fn many_words() {
        let texts: Vec<String> = (0..12_000).rev().map(|n| n.to_string()).collect();
        let words: Vec<&str> = texts.iter().map(String::as_str).collect();
        let got = sorted_list_sum(&words);
        let expected: Vec<String> = (10..100)
            .chain(1_000..10_000)
            .map(|n| n.to_string())
            .collect();
        assert!(got == expected, "\"11999\", \"11998\", .. \"0\"");
    }
}
