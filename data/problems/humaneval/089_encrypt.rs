/// Encrypts a text by moving its letters four places on in the alphabet.
///
/// Each small letter `a` to `z` is replaced by the letter four places after it; after `z` the
/// alphabet starts again with `a`, so `w` becomes `a`. All other characters, capitals included,
/// stay as they are.
///
/// # Examples
///
/// ```
/// assert_eq!(encrypt("rust"), "vywx");
/// assert_eq!(encrypt("v, w"), "z, a");
/// assert_eq!(encrypt("A-b"), "A-f");
/// ```
pub fn encrypt(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'a'..='z' => char::from((c as u8 - b'a' + 4) % 26 + b'a'),
            _ => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(encrypt(text), expected, "encrypt({text:?})");
    }

    #[test]
    fn examples() {
        check("rust", "vywx");
        check("v, w", "z, a");
        check("A-b", "A-f");
    }

    #[test]
    fn the_whole_alphabet() {
        check("abcdefghijklmnopqrstuvwxyz", "efghijklmnopqrstuvwxyzabcd");
    }

    #[test]
    fn every_ascii_character() {
        let alphabet = "abcdefghijklmnopqrstuvwxyz";
        let mut cycle = alphabet.chars().cycle().skip(4);
        for c in (0u8..128).map(char::from) {
            let expected = if alphabet.contains(c) {
                cycle.next()
            } else {
                Some(c)
            };
            check(&c.to_string(), &String::from_iter(expected));
        }
    }

    #[test]
    fn other_characters_stay() {
        check("", "");
        check("RUST 2021!", "RUST 2021!");
        check("`{~@[", "`{~@[");
        check("äöü ñ", "äöü ñ");
        check("é日z", "é日d");
    }

    #[test]
    fn words_keep_their_shape() {
        check("a man, a plan", "e qer, e tper");
        check("zzz", "ddd");
        check("iNNER caPS", "mNNER gePS");
    }

    #[test]
    fn thirteen_times_is_the_identity_and_fewer_is_not() {
        let start = "the quick brown fox jumps over the lazy dog";
        let mut text = start.to_string();
        for round in 1..=13 {
            text = encrypt(&text);
            assert_eq!(
                text == start,
                round == 13,
                "{start:?} after {round} rounds is {text:?}"
            );
        }
    }

    #[test]
    fn long_text() {
        let text = "yZ".repeat(50_000);
        assert!(encrypt(&text) == "cZ".repeat(50_000), "\"yZ\" 50,000 times");
    }
}
