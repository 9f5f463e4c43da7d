/// Encodes `s` by moving every lower-case ASCII letter five places ahead in the
/// alphabet; after `z` comes `a` again. All other characters are kept.
pub fn encode_shift(s: &str) -> String {
    let shift = |c: char| match c {
        'a'..='z' => {
            let place = c as u8 - b'a';
            (b'a' + (place + 5) % 26) as char
        }
        other => other,
    };
    s.chars().map(shift).collect()
}

/// Decodes what [`encode_shift`] has encoded.
///
/// For every string `text`, `decode_shift(&encode_shift(text))` equals `text`:
/// the letters `a` to `z` move back by five places, and `a` to `e` become `v` to
/// `z`. All other characters, among them upper-case letters, digits, spaces and
/// letters beyond ASCII, are kept. The empty string decodes to the empty string.
///
/// # Examples
///
/// ```
/// assert_eq!(decode_shift("mjqqt"), "hello");
/// assert_eq!(decode_shift("Abc-fgz"), "Awx-abu");
/// ```
pub fn decode_shift(s: &str) -> String {
    let unshift = |c: char| match c {
        'a'..='z' => {
            let place = c as u8 - b'a';
            (b'a' + (place + 21) % 26) as char
        }
        other => other,
    };
    s.chars().map(unshift).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "abcdefghijklmnopqrstuvwxyz";
    const CODED: &str = "fghijklmnopqrstuvwxyzabcde";

    fn check(s: &str, expected: &str) {
        assert_eq!(decode_shift(s), expected, "decode_shift({s:?})");
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check("mjqqt", "hello");
        check("Abc-fgz", "Awx-abu");
    }

    #[test]
    fn single_letters() {
        check("", "");
        check("a", "v");
        check("e", "z");
        check("f", "a");
        check("z", "u");
    }

    #[test]
    fn whole_alphabet() {
        check(CODED, PLAIN);
        for (plain, coded) in PLAIN.chars().zip(CODED.chars()) {
            check(&coded.to_string(), &plain.to_string());
        }
    }

    #[test]
    fn everything_else_is_kept() {
        // The neighbours of the letters in ASCII come first.
        for text in [
            "`{",
            "@[",
            "ABCXYZ",
            "0123456789",
            " \t\n",
            "äéß",
            "日本 😀",
            "[\\]^_",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn undoes_the_encoder() {
        let alphabet: Vec<char> = format!("{PLAIN}{PLAIN}AZ09 `{{é日").chars().collect();
        let mut state = 107;
        for round in 0..300 {
            let text: String = (0..round % 20)
                .map(|_| alphabet[next(&mut state, alphabet.len() as u64) as usize])
                .collect();
            let code: String = text
                .chars()
                .map(|c| match PLAIN.find(c) {
                    Some(place) => CODED.as_bytes()[place] as char,
                    None => c,
                })
                .collect();
            check(&code, &text);
        }
    }

    #[test]
    fn long_string() {
        let got = decode_shift(&"wzxy! ".repeat(5000));
        assert!(
            got == "rust! ".repeat(5000),
            "5000 times \"wzxy! \": expected 5000 times \"rust! \""
        );
    }
}
