/// Returns the odd numbers of the Collatz sequence of `n`, in ascending order.
///
/// The sequence starts with `n` itself. An even term `t` is followed by
/// `t / 2`, an odd term `t` by `3 * t + 1`. The sequence ends with the first
/// term that is 1; this 1 belongs to it. No term occurs twice.
///
/// `n` is at least 1 and such that the sequence reaches 1 and each of its
/// terms fits in a `u64`. For `n` of 1 the sequence is just `1`.
///
/// # Examples
///
/// ```
/// assert_eq!(get_odd_collatz(6), [1, 3, 5]); // 6 3 10 5 16 8 4 2 1
/// assert_eq!(get_odd_collatz(16), [1]);
/// assert_eq!(get_odd_collatz(11), [1, 5, 11, 13, 17]);
/// ```
pub fn get_odd_collatz(n: u64) -> Vec<u64> {
    let mut odd = vec![1];
    let mut term = n;
    while term != 1 {
        if term % 2 == 1 {
            odd.push(term);
            term = 3 * term + 1;
        } else {
            term /= 2;
        }
    }
    odd.sort_unstable();
    odd
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn check(n: u64, expected: &[u64]) {
        let got = get_odd_collatz(n);
        assert_eq!(got, expected, "get_odd_collatz({n})");
    }

    /// Writes the whole sequence down, then picks the odd terms.
    fn brute(n: u64) -> Vec<u64> {
        let sequence = std::iter::successors(Some(n), |&t| match (t, t & 1) {
            (1, _) => None,
            (_, 0) => Some(t >> 1),
            _ => Some(t + (t << 1) + 1),
        });
        let terms: BTreeSet<u64> = sequence.collect();
        terms.into_iter().filter(|t| t & 1 == 1).collect()
    }

    #[test]
    fn examples() {
        check(6, &[1, 3, 5]);
        check(16, &[1]);
        check(11, &[1, 5, 11, 13, 17]);
    }

    #[test]
    fn small_numbers() {
        check(1, &[1]);
        check(2, &[1]);
        check(3, &[1, 3, 5]);
        check(4, &[1]);
        check(5, &[1, 5]);
        check(7, &[1, 5, 7, 11, 13, 17]);
        check(9, &[1, 5, 7, 9, 11, 13, 17]);
        check(10, &[1, 5]);
        check(12, &[1, 3, 5]);
    }

    #[test]
    fn large_even_numbers() {
        check(1 << 63, &[1]);
        check(3 << 62, &[1, 3, 5]);
        check(5 << 61, &[1, 5]);
    }

    #[test]
    fn agrees_with_the_written_out_sequence() {
        for n in 1..=600 {
            check(n, &brute(n));
        }
    }

    #[test]
    fn long_sequences() {
        for n in [27, 837_799, 63_728_127, 9_780_657_630] {
            check(n, &brute(n));
        }
        assert_eq!(get_odd_collatz(27).len(), 42, "odd terms of 27");
        assert_eq!(
            get_odd_collatz(27).last(),
            Some(&3_077),
            "largest odd term of 27"
        );
    }
}
