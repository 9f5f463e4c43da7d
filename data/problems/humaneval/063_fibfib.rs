/// Returns the `n`-th FibFib number, or `None` when it does not fit in a `u64`.
///
/// The sequence begins with `fibfib(0) = 0`, `fibfib(1) = 0` and `fibfib(2) = 1`; from number 3
/// on, each term is the sum of the three terms before it. Number 75 is the last one that fits,
/// so the answer is `None` for every `n` above 75. Any `n`, even `u32::MAX`, is answered at once:
/// a recursion that computes terms again and again is too slow, and so is a loop of `u32::MAX`
/// steps.
///
/// # Examples
///
/// ```
/// assert_eq!(fibfib(1), Some(0));
/// assert_eq!(fibfib(4), Some(2));
/// assert_eq!(fibfib(9), Some(44));
/// assert_eq!(fibfib(76), None);
/// ```
pub fn fibfib(n: u32) -> Option<u64> {
    if n < 2 {
        return Some(0);
    }
    let (mut before_last, mut last, mut current) = (0u64, 0u64, 1u64);
    for _ in 2..n {
        let next = before_last.checked_add(last)?.checked_add(current)?;
        before_last = last;
        last = current;
        current = next;
    }
    Some(current)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u32, expected: Option<u64>) {
        assert_eq!(fibfib(n), expected, "fibfib({n})");
    }

    #[test]
    fn examples() {
        check(1, Some(0));
        check(4, Some(2));
        check(9, Some(44));
        check(76, None);
    }

    #[test]
    fn first_terms() {
        let terms = [
            0, 0, 1, 1, 2, 4, 7, 13, 24, 44, 81, 149, 274, 504, 927, 1_705,
        ];
        for (n, &term) in (0..).zip(terms.iter()) {
            check(n, Some(term));
        }
    }

    #[test]
    fn each_term_is_twice_the_last_less_the_one_three_before_that() {
        for n in 4..=75 {
            let term = |k: u32| i128::from(fibfib(k).unwrap_or(0));
            assert_eq!(
                term(n),
                2 * term(n - 1) - term(n - 4),
                "fibfib({n}) against 2 * fibfib({n} - 1) - fibfib({n} - 4)"
            );
        }
    }

    #[test]
    fn last_terms_that_fit() {
        check(36, Some(615_693_474));
        check(37, Some(1_132_436_852));
        check(74, Some(7_015_254_043_203_144_209));
        check(75, Some(12_903_063_846_126_135_669));
    }

    #[test]
    fn too_large_terms_are_none() {
        for n in [76, 77, 78, 80, 100, 150, 1_000, u32::MAX - 1, u32::MAX] {
            check(n, None);
        }
    }
}
