/// Extends `string` to the shortest palindrome that begins with it.
///
/// A palindrome reads the same from both ends. Characters are Unicode scalar
/// values (`char`), compared exactly: case, spaces and punctuation count. If
/// `string` already is a palindrome it is returned unchanged, and so is the
/// empty string. The answer is unique: the longest part at the end of `string`
/// that is a palindrome serves as the middle, and what precedes that part is
/// appended in reverse.
///
/// # Examples
///
/// ```
/// assert_eq!(make_palindrome("rust"), "rustsur");
/// assert_eq!(make_palindrome("hello"), "hellolleh");
/// assert_eq!(make_palindrome("banana"), "bananab");
/// assert_eq!(make_palindrome("noon"), "noon");
/// ```
pub fn make_palindrome(string: &str) -> String {
    let chars: Vec<char> = string.chars().collect();
    let mut start = 0;
    while !is_palindrome(&chars[start..]) {
        start += 1;
    }
    let mirrored = chars[..start].iter().rev();
    chars.iter().chain(mirrored).collect()
}

fn is_palindrome(chars: &[char]) -> bool {
    chars.iter().eq(chars.iter().rev())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(string: &str, expected: &str) {
        assert_eq!(
            make_palindrome(string),
            expected,
            "make_palindrome({string:?})"
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
        check("rust", "rustsur");
        check("hello", "hellolleh");
        check("banana", "bananab");
        check("noon", "noon");
    }

    #[test]
    fn short_strings() {
        check("", "");
        check("q", "q");
        check("qq", "qq");
        check("qr", "qrq");
        check("qqr", "qqrqq");
        check("qrr", "qrrq");
        check("qrq", "qrq");
    }

    #[test]
    fn exact_characters() {
        check("Aa", "AaA");
        check("a ", "a a");
        check("2024", "2024202");
        check("äöö", "äööä");
        check("日本", "日本日");
        check("x😀y", "x😀y😀x");
    }

    #[test]
    fn longest_ending_is_reused() {
        check("abcb", "abcba");
        check("xabab", "xababax");
        check("aab", "aabaa");
        check("abaab", "abaaba");
        check("palindrop", "palindropordnilap");
    }

    #[test]
    fn no_shorter_palindrome_exists() {
        let mut state = 31;
        for _ in 0..400 {
            let len = 1 + next(&mut state, 9) as usize;
            let chars: Vec<char> = (0..len)
                .map(|_| if next(&mut state, 2) == 0 { 'a' } else { 'b' })
                .collect();
            let string: String = chars.iter().collect();
            // A palindrome of a given length that begins with `string` exists if
            // the positions that `string` fixes agree with their mirror images.
            let possible = |total: usize| {
                (0..len).all(|i| {
                    let mirror = total - 1 - i;
                    mirror >= len || chars[i] == chars[mirror]
                })
            };
            let shortest = (len..2 * len).find(|&total| possible(total)).unwrap();
            let expected: String = (0..shortest)
                .map(|i| {
                    if i < len {
                        chars[i]
                    } else {
                        chars[shortest - 1 - i]
                    }
                })
                .collect();
            check(&string, &expected);
        }
    }

    #[test]
    fn long_string() {
        let got = make_palindrome(&("a".repeat(1000) + &"b".repeat(1000)));
        let expected = "a".repeat(1000) + &"b".repeat(1000) + &"a".repeat(1000);
        assert!(
            got == expected,
            "1000 times 'a', then 1000 times 'b': expected 1000 more 'a' at the end"
        );
    }
}
