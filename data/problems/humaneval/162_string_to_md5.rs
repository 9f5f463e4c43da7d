/// Returns a digest of `text` in hexadecimal, or `None` for an empty text.
///
/// In spite of the name, which is kept from the task that this one follows,
/// the digest is not MD5 but FNV-1a with 64 bits, which needs no library:
///
/// 1. Start with the value `0xcbf29ce484222325`.
/// 2. For each byte of the UTF-8 encoding of `text`, from first to last: first
///    replace the value by the exclusive or of the value and the byte, then
///    multiply it by `0x100000001b3`, keeping the lowest 64 bits only.
/// 3. Write the final value in lower case hexadecimal with exactly 16 digits,
///    with zeros in front where needed.
///
/// # Examples
///
/// ```
/// assert_eq!(string_to_md5("a").as_deref(), Some("af63dc4c8601ec8c"));
/// assert_eq!(string_to_md5("foobar").as_deref(), Some("85944171f73967e8"));
/// assert_eq!(string_to_md5("aa").as_deref(), Some("089c4307b54596b7"));
/// assert_eq!(string_to_md5(""), None);
/// ```
pub fn string_to_md5(text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    let mut digest: u64 = 0xcbf29ce484222325;
    for byte in text.bytes() {
        digest ^= u64::from(byte);
        digest = digest.wrapping_mul(0x100000001b3);
    }
    Some(format!("{digest:016x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small linear congruential generator, so that every run sees the same inputs.
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

    fn check(text: &str, expected: Option<&str>) {
        let got = string_to_md5(text);
        assert_eq!(got.as_deref(), expected, "string_to_md5({text:?})");
    }

    /// Multiplies with more than enough bits, and writes digit by digit.
    fn brute(text: &str) -> Option<String> {
        let modulus = 1u128 << 64;
        let mut value = 14_695_981_039_346_656_037u128;
        for &byte in text.as_bytes() {
            let low = value % 256;
            value = value - low + (low ^ u128::from(byte));
            value = value * 1_099_511_628_211 % modulus;
        }
        let mut hex = String::new();
        for place in (0..16).rev() {
            let digit = (value >> (4 * place)) % 16;
            hex.push(char::from(b"0123456789abcdef"[digit as usize]));
        }
        Some(hex).filter(|_| !text.is_empty())
    }

    #[test]
    fn examples() {
        check("a", Some("af63dc4c8601ec8c"));
        check("foobar", Some("85944171f73967e8"));
        check("aa", Some("089c4307b54596b7"));
        check("", None);
    }

    #[test]
    fn known_digests() {
        check("b", Some("af63df4c8601f1a5"));
        check(" ", Some("af639d4c8601817f"));
        check("\0", Some("af63bd4c8601b7df"));
        check("hello", Some("a430d84680aabd0b"));
        check("Ferris", Some("e55ea3a0ed85cf68"));
    }

    #[test]
    fn zeros_in_front() {
        check("ab", Some("089c4407b545986a"));
        check("bag", Some("00392119133925d1"));
        check("bus", Some("00611d19135a7119"));
    }

    #[test]
    fn bytes_beyond_ascii() {
        check("é", Some("0ac21707b7181e01"));
        check("日本", Some("121d7e35a6d3ce91"));
    }

    #[test]
    fn every_change_shows() {
        let texts = ["ab", "ba", "abc", "Ab", "ab ", " ab", "a b", "ab\n", "ab\0"];
        for (i, one) in texts.iter().enumerate() {
            for other in &texts[..i] {
                let (a, b) = (string_to_md5(one), string_to_md5(other));
                assert_ne!(a, b, "digests of {one:?} and {other:?}");
            }
        }
    }

    #[test]
    fn agrees_with_wide_arithmetic() {
        let mut rng = Lcg(162);
        for _ in 0..500 {
            let text: String = (0..rng.below(20))
                .filter_map(|_| char::from_u32(rng.below(0x3000) as u32))
                .collect();
            check(&text, brute(&text).as_deref());
        }
    }

    #[test]
    fn long_text() {
        let got = string_to_md5(&"x".repeat(100_000));
        assert_eq!(
            got.as_deref(),
            Some("fd931f27c2d26fa5"),
            "100000 times \"x\""
        );
    }
}
