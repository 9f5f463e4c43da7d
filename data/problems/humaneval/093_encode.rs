/// Encodes a message: the case of all letters is swapped and vowels are moved on.
///
/// Every ASCII letter changes from lower to upper case or from upper to lower case. In addition,
/// each vowel (a, e, i, o, u in either case) is replaced by the letter two places after it in the
/// alphabet, so `a` becomes `C` and `U` becomes `w`. All other characters (spaces, digits, letters
/// outside of ASCII and so on) stay as they are.
///
/// # Examples
///
/// ```
/// assert_eq!(encode("Ferris"), "fGRRKS");
/// assert_eq!(encode("You 2"), "yQW 2");
/// ```
pub fn encode(message: &str) -> String {
    message
        .chars()
        .map(|c| {
            let swapped = if c.is_ascii_lowercase() {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            };
            match swapped.to_ascii_lowercase() {
                'a' | 'e' | 'i' | 'o' | 'u' => char::from(swapped as u8 + 2),
                _ => swapped,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &str, expected: &str) {
        assert_eq!(encode(message), expected, "encode({message:?})");
    }

    #[test]
    fn examples() {
        check("Ferris", "fGRRKS");
        check("You 2", "yQW 2");
    }

    #[test]
    fn both_alphabets() {
        check("abcdefghijklmnopqrstuvwxyz", "CBCDGFGHKJKLMNQPQRSTWVWXYZ");
        check("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "cbcdgfghkjklmnqpqrstwvwxyz");
    }

    #[test]
    fn every_ascii_character() {
        // Oracle: look the character up in a pair of lists.
        let plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let coded = "CBCDGFGHKJKLMNQPQRSTWVWXYZcbcdgfghkjklmnqpqrstwvwxyz";
        for code in 0..128u8 {
            let c = char::from(code);
            let expected = plain
                .chars()
                .zip(coded.chars())
                .find(|&(from, _)| from == c)
                .map_or(c, |(_, to)| to);
            check(&c.to_string(), &expected.to_string());
        }
    }

    #[test]
    fn other_characters_stay() {
        check("", "");
        check("1 + 1 = 2!", "1 + 1 = 2!");
        check("[`{@_]", "[`{@_]");
        check("é Ü ß 日", "é Ü ß 日");
        check("Éa", "ÉC");
    }

    #[test]
    fn messages() {
        check("This is a message", "tHKS KS C MGSSCGG");
        check("AEIOUaeiou", "cgkqwCGKQW");
        check("Zulu TANGO", "zWLW tcngq");
    }

    #[test]
    fn long_message() {
        let message = "aB".repeat(50_000);
        assert!(
            encode(&message) == "Cb".repeat(50_000),
            "\"aB\" 50,000 times"
        );
    }
}
