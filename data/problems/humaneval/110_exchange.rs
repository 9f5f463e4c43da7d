/// Tells whether `first` can be turned into a list of even numbers only by
/// trading elements with `second`.
///
/// One trade takes an element of `first` and an element of `second` and puts
/// each into the other's place. Any number of trades is allowed, including
/// none at all, and the same positions may take part more than once.
///
/// Returns `"YES"` when every element of `first` can be made even and `"NO"`
/// when that is impossible; `second` may end up with any content.
///
/// - Zero is even; a negative number is even when it is a multiple of two.
/// - Either slice may be empty. An empty `first` needs no trade: the answer is
///   `"YES"`. With an empty `second` no trade is possible.
/// - The slices may differ in length; equal values count once for each
///   occurrence.
///
/// # Examples
///
/// ```
/// assert_eq!(exchange(&[3, 8, 5], &[2, 7, 4]), "YES");
/// assert_eq!(exchange(&[3, 8, 5], &[2, 7, 9, 11]), "NO");
/// assert_eq!(exchange(&[6, -4], &[]), "YES");
/// ```
pub fn exchange(first: &[i64], second: &[i64]) -> &'static str {
    let odd_here = first.iter().filter(|&n| n % 2 != 0).count();
    let even_there = second.iter().filter(|&n| n % 2 == 0).count();
    if odd_here <= even_there {
        "YES"
    } else {
        "NO"
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

    fn check(first: &[i64], second: &[i64], expected: &str) {
        let got = exchange(first, second);
        assert_eq!(got, expected, "exchange({first:?}, {second:?})");
    }

    /// Carries the trades out one after the other until it gets stuck.
    fn by_trading(first: &[i64], second: &[i64]) -> &'static str {
        let mut mine = first.to_vec();
        let mut theirs = second.to_vec();
        for slot in &mut mine {
            if *slot & 1 == 1 {
                match theirs.iter_mut().find(|other| **other & 1 == 0) {
                    Some(other) => std::mem::swap(slot, other),
                    None => return "NO",
                }
            }
        }
        "YES"
    }

    #[test]
    fn examples() {
        check(&[3, 8, 5], &[2, 7, 4], "YES");
        check(&[3, 8, 5], &[2, 7, 9, 11], "NO");
        check(&[6, -4], &[], "YES");
    }

    #[test]
    fn empty_slices() {
        check(&[], &[], "YES");
        check(&[], &[1, 3], "YES");
        check(&[2, 4], &[], "YES");
        check(&[1], &[], "NO");
    }

    #[test]
    fn just_enough_and_one_short() {
        check(&[1], &[2], "YES");
        check(&[1, 1], &[2], "NO");
        check(&[1, 1], &[2, 2], "YES");
        check(&[1, 3, 5], &[0, 0, 9, 0], "YES");
        check(&[1, 3, 5, 7], &[0, 0, 9, 0], "NO");
        check(&[1], &[3], "NO");
        check(&[2], &[3], "YES");
        check(&[2, 4, 6, 9], &[8, 1, 1], "YES");
        check(&[2, 9, 9], &[8, 1, 1, 1], "NO");
    }

    #[test]
    fn negative_numbers_and_zero() {
        check(&[-1], &[-2], "YES");
        check(&[-1], &[-3], "NO");
        check(&[-3, -5], &[0], "NO");
        check(&[-3, 0], &[0], "YES");
        check(&[i64::MAX], &[i64::MIN], "YES");
        check(&[i64::MIN], &[i64::MAX], "YES");
    }

    #[test]
    fn agrees_with_carrying_the_trades_out() {
        let mut rng = Lcg(110);
        for _ in 0..2000 {
            let first: Vec<i64> = (0..rng.below(7))
                .map(|_| rng.below(19) as i64 - 9)
                .collect();
            let second: Vec<i64> = (0..rng.below(7))
                .map(|_| rng.below(19) as i64 - 9)
                .collect();
            check(&first, &second, by_trading(&first, &second));
        }
    }

    #[test]
    fn long_slices() {
        let odd: Vec<i64> = (0..100_000).map(|n| 2 * n + 1).collect();
        let mut even: Vec<i64> = (0..100_000).map(|n| 2 * n).collect();
        assert_eq!(exchange(&odd, &even), "YES", "100000 odd, 100000 even");
        even[50_000] = 1;
        assert_eq!(exchange(&odd, &even), "NO", "100000 odd, 99999 even");
    }
}
