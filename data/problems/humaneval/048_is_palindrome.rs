/// Reports whether `text` reads the same forwards and backwards.
///
/// Characters are Unicode scalar values (`char`) and are compared exactly: case,
/// spaces and punctuation count. The empty text and a text of one character are
/// palindromes.
///
/// # Examples
///
/// ```
/// assert_eq!(is_palindrome("rotor"), true);
/// assert_eq!(is_palindrome("Rotor"), false);
/// assert_eq!(is_palindrome("nurses run"), false);
/// assert_eq!(is_palindrome(""), true);
/// ```
pub fn is_palindrome(text: &str) -> bool {
    text.chars().eq(text.chars().rev())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: bool) {
        assert_eq!(is_palindrome(text), expected, "is_palindrome({text:?})");
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check("rotor", true);
        check("Rotor", false);
        check("nurses run", false);
        check("", true);
    }

    #[test]
    fn short_texts() {
        check("a", true);
        check(" ", true);
        check("aa", true);
        check("ab", false);
        check("aA", false);
        check("aba", true);
        check("1221", true);
        check("abb", false);
        check("aab", false);
    }

    #[test]
    fn one_difference_anywhere() {
        check("abcdcba", true);
        check("xbcdcba", false);
        check("axcdcba", false);
        check("abxdcba", false);
        check("abcxcba", true);
        check("abccba", true);
        check("abcdba", false);
        check("a ba", false);
        check("a b a", true);
        check("!a!", true);
        check("a!", false);
    }

    #[test]
    fn characters_of_any_width() {
        check("été", true);
        check("éte", false);
        check("日本日", true);
        check("日本", false);
        check("😀é😀", true);
    }

    #[test]
    fn mirrored_and_then_changed() {
        let mut state = 103;
        for round in 0..200 {
            let half: Vec<char> = (0..1 + round % 9)
                .map(|_| char::from(b'a' + next(&mut state, 3) as u8))
                .collect();
            // Share the middle character in every other round.
            let skipped = round % 2;
            let mut chars = half.clone();
            chars.extend(half.iter().rev().skip(skipped));
            check(&chars.iter().collect::<String>(), true);
            if half.len() > 1 {
                let at = next(&mut state, half.len() as u64 - 1) as usize;
                chars[at] = 'z';
                check(&chars.iter().collect::<String>(), false);
            }
        }
    }

    #[test]
    fn long_text() {
        let text = "abc".repeat(5000) + &"cba".repeat(5000);
        assert!(
            is_palindrome(&text),
            "5000 times \"abc\", then 5000 times \"cba\": expected true"
        );
        assert!(
            !is_palindrome(&text[1..]),
            "the same without the first character: expected false"
        );
    }
}
