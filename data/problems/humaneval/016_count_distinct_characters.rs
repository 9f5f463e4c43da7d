/// Counts the different characters of `string`, ignoring the case of ASCII
/// letters.
///
/// `A` and `a` are the same character, and so on up to `Z` and `z`. All other
/// characters (Unicode scalar values) are different unless they are equal: that
/// holds for digits, spaces and punctuation, which count too, and for letters
/// beyond ASCII, so `Ä` and `ä` are two. The empty string has 0 characters.
///
/// # Examples
///
/// ```
/// assert_eq!(count_distinct_characters("Banana"), 3);
/// assert_eq!(count_distinct_characters("aA bB!"), 4);
/// assert_eq!(count_distinct_characters(""), 0);
/// ```
pub fn count_distinct_characters(string: &str) -> usize {
    let mut chars: Vec<char> = string.to_ascii_lowercase().chars().collect();
    chars.sort_unstable();
    chars.dedup();
    chars.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(string: &str, expected: usize) {
        assert_eq!(
            count_distinct_characters(string),
            expected,
            "count_distinct_characters({string:?})"
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
        check("Banana", 3);
        check("aA bB!", 4);
        check("", 0);
    }

    #[test]
    fn few_characters() {
        check("x", 1);
        check("xX", 1);
        check("xxxx", 1);
        check("xy", 2);
        check("xyx", 2);
        check("xYXy", 2);
        check(" ", 1);
    }

    #[test]
    fn letters_digits_and_the_rest() {
        check("abcdefghijklmnopqrstuvwxyz", 26);
        check("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 26);
        check("0123456789", 10);
        check("0011", 2);
        check("a-b_c d", 7);
        check("\t\n ", 3);
        // 32 apart like upper and lower case, but not letters.
        check("@`", 2);
        check("[{]}", 4);
        check("Zz", 1);
        check("zZ{[", 3);
    }

    #[test]
    fn beyond_ascii() {
        check("Ää", 2);
        check("ÄÄ", 1);
        check("ß", 1);
        check("ssß", 2);
        check("日本日", 2);
        check("😀😀a", 2);
        // The Kelvin sign is not an ASCII letter.
        check("K\u{212a}k", 2);
    }

    #[test]
    fn agrees_with_first_occurrences() {
        let alphabet: Vec<char> = "aAbBzZ@`0 Éé".chars().collect();
        let mut state = 2;
        for _ in 0..300 {
            let len = next(&mut state, 12);
            let text: String = (0..len)
                .map(|_| alphabet[next(&mut state, alphabet.len() as u64) as usize])
                .collect();
            let chars: Vec<char> = text.chars().collect();
            let first = (0..chars.len())
                .filter(|&i| !chars[..i].iter().any(|c| c.eq_ignore_ascii_case(&chars[i])));
            check(&text, first.count());
        }
    }

    #[test]
    fn long_string() {
        let got = count_distinct_characters(&"The Rust Language".repeat(2000));
        assert_eq!(got, 11, "2000 times \"The Rust Language\"");
    }
}
