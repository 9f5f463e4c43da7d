/// Encodes `s` by cycling the characters of every group of three.
///
/// The characters are taken in groups of three from the start. In each group the
/// first character moves to the end: `abc` becomes `bca`. If one or two
/// characters are left at the end of `s`, they are not changed.
pub fn encode_cyclic(s: &str) -> String {
    let mut chars: Vec<char> = s.chars().collect();
    for group in chars.chunks_exact_mut(3) {
        group.rotate_left(1);
    }
    chars.into_iter().collect()
}

/// Decodes what [`encode_cyclic`] has encoded.
///
/// For every string `text`, `decode_cyclic(&encode_cyclic(text))` equals `text`.
/// As with the encoder, groups consist of three Unicode scalar values (`char`).
/// Every string is the code of exactly one text; the empty string decodes to
/// the empty string.
///
/// # Examples
///
/// ```
/// assert_eq!(decode_cyclic("bca"), "abc");
/// assert_eq!(decode_cyclic("usRt!"), "Rust!");
/// ```
pub fn decode_cyclic(s: &str) -> String {
    let mut chars: Vec<char> = s.chars().collect();
    for group in chars.chunks_exact_mut(3) {
        group.rotate_right(1);
    }
    chars.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(s: &str, expected: &str) {
        assert_eq!(decode_cyclic(s), expected, "decode_cyclic({s:?})");
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check("bca", "abc");
        check("usRt!", "Rust!");
    }

    #[test]
    fn shorter_than_a_group() {
        check("", "");
        check("x", "x");
        check("xy", "xy");
    }

    #[test]
    fn groups_and_a_rest() {
        check("bcad", "abcd");
        check("bcade", "abcde");
        check("bcaefd", "abcdef");
        check("bcaefdg", "abcdefg");
        check("bcaefdgh", "abcdefgh");
        check("bcaefdhig", "abcdefghi");
        check("aaa", "aaa");
        check("  x", "x  ");
    }

    #[test]
    fn characters_of_any_width() {
        check("本語日", "日本語");
        check("é😀aß", "aé😀ß");
        check("éß", "éß");
    }

    #[test]
    fn undoes_the_encoder() {
        let alphabet: Vec<char> = "abcXYZ 09.é日😀".chars().collect();
        let mut state = 83;
        for round in 0..400 {
            let text: Vec<char> = (0..round % 17)
                .map(|_| alphabet[next(&mut state, alphabet.len() as u64) as usize])
                .collect();
            let mut code = String::new();
            for group in text.chunks(3) {
                match group {
                    [a, b, c] => code.extend([b, c, a]),
                    rest => code.extend(rest),
                }
            }
            let text: String = text.into_iter().collect();
            check(&code, &text);
        }
    }

    #[test]
    fn long_string() {
        let got = decode_cyclic(&("bca".repeat(5000) + "yz"));
        assert!(
            got == "abc".repeat(5000) + "yz",
            "5000 times \"bca\", then \"yz\": expected 5000 times \"abc\", then \"yz\""
        );
    }
}
