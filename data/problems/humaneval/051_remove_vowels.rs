/// Removes the vowels from `text`.
///
/// Vowels are `a`, `e`, `i`, `o` and `u`, in lower and in upper case. `y` is not
/// one, and neither are letters with accents such as `é`. All other characters
/// are kept in their order, line breaks and spaces included.
///
/// # Examples
///
/// ```
/// assert_eq!(remove_vowels("Ownership Is Easy"), "wnrshp s sy");
/// assert_eq!(remove_vowels("AEIOUaeiou"), "");
/// assert_eq!(remove_vowels("café\n"), "cfé\n");
/// ```
pub fn remove_vowels(text: &str) -> String {
    let is_vowel = |c: char| "aeiouAEIOU".contains(c);
    text.chars().filter(|&c| !is_vowel(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(remove_vowels(text), expected, "remove_vowels({text:?})");
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check("Ownership Is Easy", "wnrshp s sy");
        check("AEIOUaeiou", "");
        check("café\n", "cfé\n");
    }

    #[test]
    fn every_vowel_alone() {
        for vowel in ["a", "e", "i", "o", "u", "A", "E", "I", "O", "U"] {
            check(vowel, "");
            check(&format!("x{vowel}y"), "xy");
            check(&format!("{vowel}x{vowel}{vowel}"), "x");
        }
    }

    #[test]
    fn all_letters() {
        check("abcdefghijklmnopqrstuvwxyz", "bcdfghjklmnpqrstvwxyz");
        check("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "BCDFGHJKLMNPQRSTVWXYZ");
    }

    #[test]
    fn nothing_to_remove() {
        for text in [
            "",
            " ",
            "rhythm",
            "Y",
            "123",
            "\n\n",
            "äëïöü",
            "ÀÉ",
            "日本",
            "😀",
            "., !",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn consonants_mixed_with_vowels() {
        let vowels: Vec<char> = "aeiouAEIOU".chars().collect();
        let others: Vec<char> = "bcdyzBCDYZ 0\né日".chars().collect();
        let mut state = 109;
        for _ in 0..300 {
            let mut text = String::new();
            let mut expected = String::new();
            for _ in 0..next(&mut state, 15) {
                if next(&mut state, 2) == 0 {
                    text.push(vowels[next(&mut state, 10) as usize]);
                } else {
                    let c = others[next(&mut state, others.len() as u64) as usize];
                    text.push(c);
                    expected.push(c);
                }
            }
            check(&text, &expected);
        }
    }

    #[test]
    fn long_text() {
        let got = remove_vowels(&"Rust is fun. ".repeat(3000));
        assert!(
            got == "Rst s fn. ".repeat(3000),
            "3000 times \"Rust is fun. \": expected 3000 times \"Rst s fn. \""
        );
    }
}
