/// Counts the even and the odd decimal digits of `num`.
///
/// Returns `(even, odd)`. Every occurrence of a digit counts, zeros included,
/// but there are no leading zeros; the number 0 is written with the one digit
/// `0`. The minus sign of a negative number is no digit. Any `i64` may be
/// given, including `i64::MIN`.
///
/// # Examples
///
/// ```
/// assert_eq!(even_odd_count(20573), (2, 3));
/// assert_eq!(even_odd_count(-44), (2, 0));
/// assert_eq!(even_odd_count(0), (1, 0));
/// ```
pub fn even_odd_count(num: i64) -> (usize, usize) {
    let mut even = 0;
    let mut odd = 0;
    let mut rest = num;
    loop {
        if rest % 2 == 0 {
            even += 1;
        } else {
            odd += 1;
        }
        rest /= 10;
        if rest == 0 {
            return (even, odd);
        }
    }
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

    fn check(num: i64, expected: (usize, usize)) {
        let got = even_odd_count(num);
        assert_eq!(got, expected, "even_odd_count({num})");
    }

    /// Looks the characters of the written number up.
    fn brute(num: i64) -> (usize, usize) {
        let text = num.to_string();
        (
            text.matches(['0', '2', '4', '6', '8']).count(),
            text.matches(['1', '3', '5', '7', '9']).count(),
        )
    }

    #[test]
    fn examples() {
        check(20573, (2, 3));
        check(-44, (2, 0));
        check(0, (1, 0));
    }

    #[test]
    fn one_digit() {
        for digit in 1..10 {
            let expected = if digit % 2 == 0 { (1, 0) } else { (0, 1) };
            check(digit, expected);
            check(-digit, expected);
        }
    }

    #[test]
    fn zeros_inside_and_at_the_end() {
        check(10, (1, 1));
        check(100, (2, 1));
        check(-1000, (3, 1));
        check(2000, (4, 0));
        check(101, (1, 2));
        check(900_009, (4, 2));
    }

    #[test]
    fn only_even_or_only_odd() {
        check(2468, (4, 0));
        check(13579, (0, 5));
        check(-13579, (0, 5));
        check(-86, (2, 0));
        check(77_777, (0, 5));
    }

    #[test]
    fn extreme_numbers() {
        check(i64::MAX, (9, 10)); // 9223372036854775807
        check(i64::MIN, (10, 9)); // 9223372036854775808
        check(1_000_000_000_000_000_000, (18, 1));
        check(i64::MIN + 1, (9, 10));
    }

    #[test]
    fn agrees_with_the_written_number() {
        for num in -1_200..1_200 {
            check(num, brute(num));
        }
        let mut rng = Lcg(155);
        for _ in 0..1000 {
            let high = rng.below(1 << 31) as i64 - (1 << 30);
            let num = high * 1_000_003 + rng.below(1_000_003) as i64;
            check(num, brute(num));
        }
    }
}
