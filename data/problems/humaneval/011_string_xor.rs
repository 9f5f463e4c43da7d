/// Combines two strings of binary digits by exclusive or.
///
/// `a` and `b` consist of the characters `0` and `1` only and have the same
/// length. Character `i` of the result is `1` if the characters `i` of `a` and
/// `b` differ, otherwise `0`. The result has that same length: leading zeros are
/// kept, and two empty strings give an empty string. The strings can be far
/// longer than any integer type has bits.
///
/// # Examples
///
/// ```
/// assert_eq!(string_xor("0011", "0101"), "0110");
/// assert_eq!(string_xor("111", "110"), "001");
/// assert_eq!(string_xor("", ""), "");
/// ```
pub fn string_xor(a: &str, b: &str) -> String {
    a.chars()
        .zip(b.chars())
        .map(|(x, y)| if x == y { '0' } else { '1' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &str, b: &str, expected: &str) {
        assert_eq!(string_xor(a, b), expected, "string_xor({a:?}, {b:?})");
    }

    #[test]
    fn examples() {
        check("0011", "0101", "0110");
        check("111", "110", "001");
        check("", "", "");
    }

    #[test]
    fn single_digits() {
        check("0", "0", "0");
        check("0", "1", "1");
        check("1", "0", "1");
        check("1", "1", "0");
    }

    #[test]
    fn length_is_kept() {
        check("0000", "0000", "0000");
        check("1010", "1010", "0000");
        check("0001", "0000", "0001");
        check("1000", "0000", "1000");
        check("11111", "00000", "11111");
        check("10110", "01110", "11000");
    }

    #[test]
    fn agrees_with_integer_xor() {
        for a in 0u32..64 {
            for b in 0u32..64 {
                check(
                    &format!("{a:06b}"),
                    &format!("{b:06b}"),
                    &format!("{:06b}", a ^ b),
                );
            }
        }
    }

    #[test]
    fn longer_than_any_integer() {
        let got = string_xor(&"10".repeat(5000), &"1100".repeat(2500));
        assert!(
            got == "0110".repeat(2500),
            "5000 times \"10\" and 2500 times \"1100\": expected 2500 times \"0110\", got {got:?}"
        );
    }
}
