/// Turns ASCII lower-case letters into upper case and upper case into lower.
///
/// Only the letters `a` to `z` and `A` to `Z` change. All other characters,
/// among them digits, punctuation, spaces and letters beyond ASCII such as `é`,
/// are kept as they are. The empty string gives an empty string.
///
/// # Examples
///
/// ```
/// assert_eq!(flip_case("Rust 1.0 for ALL"), "rUST 1.0 FOR all");
/// assert_eq!(flip_case("Éa é"), "ÉA é");
/// assert_eq!(flip_case(""), "");
/// ```
pub fn flip_case(string: &str) -> String {
    string
        .chars()
        .map(|c| {
            if c.is_ascii_lowercase() {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(string: &str, expected: &str) {
        assert_eq!(flip_case(string), expected, "flip_case({string:?})");
    }

    #[test]
    fn examples() {
        check("Rust 1.0 for ALL", "rUST 1.0 FOR all");
        check("Éa é", "ÉA é");
        check("", "");
    }

    #[test]
    fn single_characters() {
        check("a", "A");
        check("z", "Z");
        check("A", "a");
        check("Z", "z");
        check("m", "M");
        check("7", "7");
        check(" ", " ");
    }

    #[test]
    fn whole_alphabet() {
        let lower = "abcdefghijklmnopqrstuvwxyz";
        let upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        check(lower, upper);
        check(upper, lower);
        check(&format!("{lower}{upper}"), &format!("{upper}{lower}"));
    }

    #[test]
    fn everything_else_is_kept() {
        // The neighbours of the letters in ASCII come first.
        for text in [
            "@[`{",
            "0123456789",
            "\t\r\n\0",
            "äÖß",
            "ſ\u{212a}",
            "日本 😀",
        ] {
            check(text, text);
        }
        check("a-B_c", "A-b_C");
        check("straßE", "STRAße");
    }

    #[test]
    fn every_ascii_character() {
        for code in 0..128u8 {
            let expected = if code.is_ascii_alphabetic() {
                code ^ 32
            } else {
                code
            };
            check(
                &char::from(code).to_string(),
                &char::from(expected).to_string(),
            );
        }
    }

    #[test]
    fn long_string() {
        let got = flip_case(&"aB9é".repeat(5000));
        assert!(
            got == "Ab9é".repeat(5000),
            "5000 times \"aB9é\": expected 5000 times \"Ab9é\""
        );
    }
}
