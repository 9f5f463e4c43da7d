/// Returns the numbers ordered by the sum of their digits, smallest sum first.
///
/// In a negative number the first digit counts as negative and all other
/// digits as positive: the sum for `-273` is `-2 + 7 + 3 = 8`, that for `-5`
/// is `-5`. The sum for 0 is 0.
///
/// Numbers with equal sums stay in the order in which they are given. Every
/// number occurs in the result as often as in the input; an empty slice gives
/// an empty vector. Any `i64` may occur, including `i64::MIN`.
///
/// # Examples
///
/// ```
/// assert_eq!(order_by_points(&[30, 4, -21, 111]), [-21, 30, 111, 4]);
/// assert_eq!(order_by_points(&[-5, -50, 0, -14]), [-5, -50, 0, -14]);
/// assert_eq!(order_by_points(&[]), []);
/// ```
pub fn order_by_points(numbers: &[i64]) -> Vec<i64> {
    let mut ordered = numbers.to_vec();
    ordered.sort_by_key(|&n| points(n));
    ordered
}

fn points(n: i64) -> i64 {
    if n / 10 == 0 {
        n
    } else {
        points(n / 10) + (n % 10).abs()
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

    fn check(numbers: &[i64], expected: &[i64]) {
        let got = order_by_points(numbers);
        assert_eq!(got, expected, "order_by_points({numbers:?})");
    }

    /// The sum of digits, read off the written number from the left.
    fn weight(n: i64) -> i64 {
        let mut sum = 0;
        let mut sign = 1;
        for c in n.to_string().chars() {
            match c.to_digit(10) {
                Some(digit) => {
                    sum += sign * i64::from(digit);
                    sign = 1;
                }
                None => sign = -1,
            }
        }
        sum
    }

    /// Moves each number back past those with a greater sum.
    fn by_insertion(numbers: &[i64]) -> Vec<i64> {
        let mut ordered: Vec<i64> = Vec::new();
        for &n in numbers {
            let mut at = ordered.len();
            while at > 0 && weight(ordered[at - 1]) > weight(n) {
                at -= 1;
            }
            ordered.insert(at, n);
        }
        ordered
    }

    #[test]
    fn examples() {
        check(&[30, 4, -21, 111], &[-21, 30, 111, 4]);
        check(&[-5, -50, 0, -14], &[-5, -50, 0, -14]);
        check(&[], &[]);
    }

    #[test]
    fn one_digit() {
        check(&[0], &[0]);
        check(&[3, 2, 1], &[1, 2, 3]);
        check(&[9, -9, 0], &[-9, 0, 9]);
        check(&[-1, -2, -3], &[-3, -2, -1]);
        check(&[1, -1, 1, -1], &[-1, -1, 1, 1]);
    }

    #[test]
    fn ties_keep_their_order() {
        check(&[12, 21, 3, 30, 111], &[12, 21, 3, 30, 111]);
        check(&[111, 30, 3, 21, 12], &[111, 30, 3, 21, 12]);
        check(&[21, 1, 12, 10, 3], &[1, 10, 21, 12, 3]);
        check(&[-10, -1], &[-10, -1]);
        check(&[-1, -10], &[-1, -10]);
    }

    #[test]
    fn two_and_more_digits() {
        check(&[9, 10, 8], &[10, 8, 9]);
        check(&[10, 9, 99, 11], &[10, 11, 9, 99]);
        check(
            &[-9, -10, -11, -19, -90, -99],
            &[-9, -90, -10, -11, -99, -19],
        );
        check(&[100, 9, 20], &[100, 20, 9]);
        check(&[-100, -2, -999], &[-2, -100, -999]);
        check(&[1234, -1234, 9], &[-1234, 9, 1234]);
    }

    #[test]
    fn numbers_of_full_width() {
        // i64::MIN is -9 + 80 for the other digits.
        let sums = [weight(i64::MIN), weight(i64::MAX)];
        assert_eq!(sums, [71, 88], "weights of i64::MIN and i64::MAX");
        check(&[i64::MAX, i64::MIN], &[i64::MIN, i64::MAX]);
        check(&[i64::MIN, i64::MAX, 0, -7], &[-7, 0, i64::MIN, i64::MAX]);
        let (below, above) = (79_999_999, 99_999_999);
        check(&[above, i64::MIN, below, 1], &[1, below, i64::MIN, above]);
    }

    #[test]
    fn agrees_with_insertion() {
        let mut rng = Lcg(145);
        for round in 0..600 {
            let spread = [10, 100, 1_000, 100_000][round % 4];
            let numbers: Vec<i64> = (0..rng.below(10))
                .map(|_| rng.below(2 * spread) as i64 - spread as i64)
                .collect();
            check(&numbers, &by_insertion(&numbers));
        }
    }

    #[test]
    fn long_slice() {
        let numbers: Vec<i64> = (0..5_000).map(|i| i * 7 % 5_000 - 2_500).collect();
        let got = order_by_points(&numbers);
        assert_eq!(
            got.len(),
            numbers.len(),
            "length of the result for 5000 numbers"
        );
        let bad = got
            .windows(2)
            .find(|pair| weight(pair[0]) > weight(pair[1]));
        assert_eq!(bad, None, "neighbours out of order among 5000 numbers");
    }
}
