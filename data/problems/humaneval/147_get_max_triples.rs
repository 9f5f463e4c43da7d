/// Counts the triples of a sequence whose sum is a multiple of 3.
///
/// The sequence has `n` numbers `a(1)`, `a(2)`, ..., `a(n)` with
/// `a(i) = i * i - i + 1`. Count the triples of places `i < j < k`, all
/// between 1 and `n`, for which `a(i) + a(j) + a(k)` is a multiple of 3.
///
/// Triples are told apart by their places. With fewer than three numbers there
/// is no triple, and the result is 0. `n` may be up to 1_000_000, for which
/// the result still fits in a `u64`; looking at every triple takes too long
/// then.
///
/// # Examples
///
/// ```
/// assert_eq!(get_max_triples(4), 1); // 1, 3, 7, 13: only 1 + 7 + 13
/// assert_eq!(get_max_triples(8), 11);
/// assert_eq!(get_max_triples(2), 0);
/// ```
pub fn get_max_triples(n: u64) -> u64 {
    // a(i) is a multiple of 3 for i = 2, 5, 8, .., and 1 more than one otherwise.
    let multiples = (n + 1) / 3;
    let others = n - multiples;
    triples_of(multiples) + triples_of(others)
}

fn triples_of(count: u64) -> u64 {
    count * count.saturating_sub(1) * count.saturating_sub(2) / 6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u64, expected: u64) {
        let got = get_max_triples(n);
        assert_eq!(got, expected, "get_max_triples({n})");
    }

    /// Looks at every triple.
    fn brute(n: u64) -> u64 {
        let a: Vec<i64> = (1..=n as i64).map(|i| i * i - i + 1).collect();
        let mut count = 0;
        for k in 0..a.len() {
            for j in 0..k {
                for i in 0..j {
                    count += u64::from((a[i] + a[j] + a[k]) % 3 == 0);
                }
            }
        }
        count
    }

    #[test]
    fn examples() {
        check(4, 1);
        check(8, 11);
        check(2, 0);
    }

    #[test]
    fn short_sequences() {
        check(0, 0);
        check(1, 0);
        check(3, 0);
        check(5, 1);
        check(6, 4);
        check(7, 10);
        check(9, 21);
        check(10, 36);
    }

    #[test]
    fn agrees_with_looking_at_every_triple() {
        for n in 0..=60 {
            check(n, brute(n));
        }
    }

    #[test]
    fn long_sequences() {
        check(100, 53_361);
        check(1_000, 55_333_611);
        check(99_999, 55_551_111_216_666);
        check(1_000_000, 55_555_333_333_611_111);
    }
}
