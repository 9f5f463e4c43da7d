/// Writes `x` in the numeral system with the given base.
///
/// `base` is between 2 and 9, so the digits `0` to `8` are enough. The most
/// significant digit comes first and there are no leading zeros; 0 is written
/// as `"0"` in every base.
///
/// # Examples
///
/// ```
/// assert_eq!(change_base(13, 2), "1101");
/// assert_eq!(change_base(100, 7), "202");
/// assert_eq!(change_base(0, 5), "0");
/// ```
pub fn change_base(x: u64, base: u64) -> String {
    let last_digit = (x % base).to_string();
    if x < base {
        last_digit
    } else {
        change_base(x / base, base) + &last_digit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(x: u64, base: u64, expected: &str) {
        assert_eq!(change_base(x, base), expected, "change_base({x}, {base})");
    }

    #[test]
    fn examples() {
        check(13, 2, "1101");
        check(100, 7, "202");
        check(0, 5, "0");
    }

    #[test]
    fn around_the_base() {
        for base in 2..=9 {
            check(0, base, "0");
            check(1, base, "1");
            check(base - 1, base, &(base - 1).to_string());
            check(base, base, "10");
            check(base + 1, base, "11");
            check(base * base, base, "100");
            check(base * base * base, base, "1000");
        }
    }

    #[test]
    fn known_values() {
        check(8, 3, "22");
        check(255, 4, "3333");
        check(255, 8, "377");
        check(80, 9, "88");
        check(81, 9, "100");
        check(624, 5, "4444");
        check(1_000_000, 6, "33233344");
    }

    #[test]
    fn agrees_with_the_formatter() {
        for x in 0..1000 {
            check(x, 2, &format!("{x:b}"));
            check(x, 8, &format!("{x:o}"));
        }
        check(u64::MAX, 2, &"1".repeat(64));
        check(u64::MAX, 8, &format!("{:o}", u64::MAX));
        check(u64::MAX, 4, &"3".repeat(32));
    }

    #[test]
    fn reading_gives_the_number_back() {
        for base in 2..=9 {
            for x in (0..1000).chain([1 << 40, 999_999_999_999, u64::MAX - 1, u64::MAX]) {
                let got = change_base(x, base);
                let read = u64::from_str_radix(&got, base as u32);
                assert!(
                    read == Ok(x) && (x == 0 || !got.starts_with('0')),
                    "change_base({x}, {base}): expected digits of {x}, got {got:?}"
                );
            }
        }
    }
}
