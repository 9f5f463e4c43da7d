/// Returns `true` if `c` is one of the vowels a, e, i, o, u, in lower or upper case.
/// Accented letters are not vowels here.
///
/// # Examples
///
/// ```
/// assert_eq!(is_vowel('a'), true);
/// assert_eq!(is_vowel('E'), true);
/// assert_eq!(is_vowel('b'), false);
/// ```
pub fn is_vowel(c: char) -> bool {
    "aeiouAEIOU".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(c: char, expected: bool) {
        assert_eq!(is_vowel(c), expected, "is_vowel({c:?})");
    }

    #[test]
    fn examples() {
        check('a', true);
        check('E', true);
        check('b', false);
    }

    #[test]
    fn the_whole_alphabet() {
        for (lower, upper) in ('a'..='z').zip('A'..='Z') {
            let expected = [0, 4, 8, 14, 20].contains(&(lower as u32 - 'a' as u32));
            check(lower, expected);
            check(upper, expected);
        }
    }

    #[test]
    fn other_characters() {
        for c in ['é', 'Ä', '0', ' ', '!', '@', '[', '`', '{', '\0', 'а'] {
            check(c, false);
        }
    }
}
