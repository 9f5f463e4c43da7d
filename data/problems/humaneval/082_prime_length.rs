/// Tells whether the number of characters of `s` is a prime number.
///
/// Characters are `char`s, not bytes. The lengths 0 and 1 are not prime. Texts with more than a
/// million characters are asked, so the work after counting should be far less than quadratic.
///
/// # Examples
///
/// ```
/// assert!(prime_length("horse"));
/// assert!(!prime_length("cats"));
/// assert!(prime_length("äöü"));
/// assert!(!prime_length(""));
/// ```
pub fn prime_length(s: &str) -> bool {
    let length = s.chars().count();
    if length < 2 {
        return false;
    }
    let mut divisor = 2;
    while divisor <= length / divisor {
        match length % divisor {
            0 => return false,
            _ => divisor += 1,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(s: &str, expected: bool) {
        assert_eq!(prime_length(s), expected, "prime_length({s:?})");
    }

    #[test]
    fn examples() {
        check("horse", true);
        check("cats", false);
        check("äöü", true);
        check("", false);
    }

    #[test]
    fn shortest_texts() {
        check("", false);
        check("a", false);
        check("ab", true);
        check("abc", true);
        check("abcd", false);
        check("abcde", true);
        check("abcdefghi", false);
    }

    #[test]
    fn characters_are_not_bytes() {
        check("éé", true);
        check("éa", true);
        check("ü", false);
        check("日本語字", false);
        check("日本語字体", true);
    }

    #[test]
    fn every_kind_of_character_counts() {
        check("Room 12", true);
        check(" Room 12", false);
        check("\t0A\n\n", true);
    }

    #[test]
    fn all_lengths_up_to_four_hundred() {
        // Oracle: strike out the multiples of every number from 2 on.
        let mut prime = [true; 401];
        prime[0] = false;
        prime[1] = false;
        for d in 2..401 {
            for multiple in (2 * d..401).step_by(d) {
                prime[multiple] = false;
            }
        }
        for (length, &expected) in prime.iter().enumerate() {
            check(&"x".repeat(length), expected);
        }
    }

    #[test]
    fn long_texts() {
        let long = |length: usize| prime_length(&"x".repeat(length));
        assert!(long(1_000_003), "length 1,000,003 is prime: got false");
        assert!(!long(1_018_081), "length 1,009 * 1,009: got true");
        assert!(!long(1_022_117), "length 1,009 * 1,013: got true");
    }
}
