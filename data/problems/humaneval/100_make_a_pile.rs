/// Returns how many stones lie on each level of a pile with `n` levels, from the first level up.
///
/// The first level has `n` stones. Every further level has the next greater number of stones of
/// the same kind: the next odd number when `n` is odd, the next even number when `n` is even. A
/// pile with 0 levels gives an empty list.
///
/// # Examples
///
/// ```
/// assert_eq!(make_a_pile(4), [4, 6, 8, 10]);
/// assert_eq!(make_a_pile(1), [1]);
/// assert_eq!(make_a_pile(0), []);
/// ```
pub fn make_a_pile(n: u64) -> Vec<u64> {
    (0..n).map(|level| n + 2 * level).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u64, expected: &[u64]) {
        assert_eq!(make_a_pile(n), expected, "make_a_pile({n})");
    }

    #[test]
    fn examples() {
        check(4, &[4, 6, 8, 10]);
        check(1, &[1]);
        check(0, &[]);
    }

    #[test]
    fn small_piles() {
        check(2, &[2, 4]);
        check(3, &[3, 5, 7]);
        check(5, &[5, 7, 9, 11, 13]);
        check(6, &[6, 8, 10, 12, 14, 16]);
        check(7, &[7, 9, 11, 13, 15, 17, 19]);
    }

    #[test]
    fn going_through_the_numbers_agrees() {
        // Oracle: from n on, keep the numbers whose last binary digit is that of n.
        for n in 0..60u64 {
            let expected: Vec<u64> = (n..4 * n)
                .filter(|stones| (stones ^ n) & 1 == 0)
                .take(n as usize)
                .collect();
            check(n, &expected);
        }
    }

    #[test]
    fn large_piles() {
        let pile = make_a_pile(100_000);
        assert_eq!(pile.len(), 100_000, "levels of make_a_pile(100_000)");
        assert_eq!(pile[0], 100_000, "first level of make_a_pile(100_000)");
        assert_eq!(pile[99_999], 299_998, "last level of make_a_pile(100_000)");
        assert_eq!(
            pile.iter().sum::<u64>(),
            19_999_900_000,
            "stones of make_a_pile(100_000)"
        );
    }
}
