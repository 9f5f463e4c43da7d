/// Puts the characters of every word into ascending order and leaves the words in place.
///
/// Words are separated by the space character `' '` only; every other character, tabs, line
/// breaks and punctuation included, belongs to a word. Characters are ordered by their code
/// point, so `'!' < '9' < 'A' < 'a'`. All spaces stay where they are, also several in a row or at
/// the ends.
///
/// # Examples
///
/// ```
/// assert_eq!(anti_shuffle("Rust is fun!"), "Rstu is !fnu");
/// assert_eq!(anti_shuffle("  cab  ba "), "  abc  ab ");
/// assert_eq!(anti_shuffle(""), "");
/// ```
pub fn anti_shuffle(text: &str) -> String {
    let sorted_words: Vec<String> = text
        .split(' ')
        .map(|word| {
            let mut chars: Vec<char> = word.chars().collect();
            chars.sort_unstable();
            chars.into_iter().collect()
        })
        .collect();
    sorted_words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

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

    fn check(text: &str, expected: &str) {
        assert_eq!(anti_shuffle(text), expected, "anti_shuffle({text:?})");
    }

    #[test]
    fn examples() {
        check("Rust is fun!", "Rstu is !fnu");
        check("  cab  ba ", "  abc  ab ");
        check("", "");
    }

    #[test]
    fn one_word() {
        check("a", "a");
        check("ba", "ab");
        check("edcba", "abcde");
        check("banana", "aaabnn");
        check("zA9!", "!9Az");
        check("Hello", "Hello");
        check("hElLo", "ELhlo");
    }

    #[test]
    fn spaces_stay() {
        check(" ", " ");
        check("   ", "   ");
        check(" ba", " ab");
        check("ba ", "ab ");
        check("dc ba", "cd ab");
        check("zy   xw", "yz   wx");
    }

    #[test]
    fn other_white_space_belongs_to_words() {
        check("b\ta", "\tab");
        check("dc\nba", "\nabcd");
        check("y\u{a0}x", "xy\u{a0}");
    }

    #[test]
    fn characters_outside_of_ascii() {
        check("éa zü", "aé zü");
        check("üz", "zü");
        check("語日本", "日本語");
    }

    #[test]
    fn swapping_neighbours_agrees() {
        // Oracle: swap neighbours in a word until none are out of order.
        let mut lcg = Lcg(86);
        for _ in 0..300 {
            let length = lcg.below(15) as usize;
            let mut bytes: Vec<u8> = (0..length)
                .map(|_| b"  aZbY0.cX"[lcg.below(10) as usize])
                .collect();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            for _ in 0..length {
                for i in 1..length {
                    if bytes[i - 1] != b' ' && bytes[i] != b' ' && bytes[i - 1] > bytes[i] {
                        bytes.swap(i - 1, i);
                    }
                }
            }
            check(&text, &String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn long_text() {
        let word = "ba".repeat(4_000);
        let text = format!("{word} {word}");
        let sorted = "a".repeat(4_000) + &"b".repeat(4_000);
        assert!(
            anti_shuffle(&text) == format!("{sorted} {sorted}"),
            "two words of \"ba\" 4,000 times each"
        );
    }
}
