/// Counts the numbers greater than 10 whose first and last digit are both odd.
///
/// The digits are those of the decimal notation. Only numbers greater than 10
/// can count, so that one-digit numbers, zero and negative numbers never do.
/// Every element counts for itself: a number that occurs twice counts twice.
/// An empty slice gives 0. Any `i64` may occur.
///
/// # Examples
///
/// ```
/// assert_eq!(special_filter(&[31, 7, 58, 905, -33]), 2); // 31 and 905
/// assert_eq!(special_filter(&[11, 10, 11]), 2);
/// assert_eq!(special_filter(&[24, 63, 16]), 0);
/// ```
pub fn special_filter(numbers: &[i64]) -> usize {
    let mut count = 0;
    for &n in numbers {
        let mut first = n;
        while first >= 10 {
            first /= 10;
        }
        let several_digits = n > first;
        if several_digits && first % 2 == 1 && n % 2 == 1 {
            count += 1;
        }
    }
    count
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

    fn check(numbers: &[i64], expected: usize) {
        let got = special_filter(numbers);
        assert_eq!(got, expected, "special_filter({numbers:?})");
    }

    /// Looks at the ends of the written numbers.
    fn brute(numbers: &[i64]) -> usize {
        let odd = ['1', '3', '5', '7', '9'];
        let texts = numbers.iter().map(i64::to_string);
        texts
            .filter(|text| text.len() > 1 && text.starts_with(odd) && text.ends_with(odd))
            .count()
    }

    #[test]
    fn examples() {
        check(&[31, 7, 58, 905, -33], 2);
        check(&[11, 10, 11], 2);
        check(&[24, 63, 16], 0);
    }

    #[test]
    fn around_ten() {
        check(&[], 0);
        check(&[0], 0);
        for n in 1..=10 {
            check(&[n], 0);
        }
        check(&[11], 1);
        check(&[12], 0);
        check(&[13], 1);
    }

    #[test]
    fn both_ends_are_needed() {
        check(&[21], 0);
        check(&[12], 0);
        check(&[22], 0);
        check(&[99], 1);
        check(&[100], 0);
        check(&[101], 1);
        check(&[121], 1);
        check(&[201], 0);
        check(&[110], 0);
        check(&[1_000], 0);
        check(&[1_001], 1);
        check(&[9_999], 1);
        check(&[10_001], 1);
        check(&[20_001], 0);
        check(&[98_765], 1);
        check(&[88_765], 0);
    }

    #[test]
    fn negative_numbers_never_count() {
        check(&[-1, -3, -11, -13, -99, -101, -357], 0);
        check(&[i64::MIN, i64::MIN + 1], 0);
        check(&[-11, 11], 1);
    }

    #[test]
    fn wide_numbers() {
        check(&[i64::MAX], 1); // 9223372036854775807
        check(&[i64::MAX - 1], 0);
        check(&[8_999_999_999_999_999_999], 0);
        check(&[1_000_000_000_000_000_001], 1);
    }

    #[test]
    fn agrees_with_the_written_numbers() {
        for n in -120..1_300 {
            check(&[n], brute(&[n]));
        }
        let mut rng = Lcg(146);
        for round in 0..400 {
            let bound = [40, 1_000, 1 << 30][round % 3];
            let numbers: Vec<i64> = (0..rng.below(9))
                .map(|_| rng.below(bound) as i64 - 15)
                .collect();
            check(&numbers, brute(&numbers));
        }
    }

    #[test]
    fn long_slice() {
        let numbers: Vec<i64> = (0..100_000).collect();
        // 25 numbers of two digits, 250 of three, 2500 of four, 25000 of five.
        assert_eq!(special_filter(&numbers), 27_775, "0, 1, .. 99999");
    }
}
