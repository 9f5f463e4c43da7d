/// Returns the `n`-th Fibonacci number, or `None` when it does not fit in a `u64`.
///
/// The sequence starts with `fib(0) = 0` and `fib(1) = 1`; every later term is the sum of the
/// two terms before it. The last term that fits is number 93, so every `n` above 93 gives
/// `None`. Any `n` is allowed, `u32::MAX` included, and is answered at once: a recursion that
/// computes terms again and again is too slow, and so is a loop of `u32::MAX` steps.
///
/// # Examples
///
/// ```
/// assert_eq!(fib(0), Some(0));
/// assert_eq!(fib(7), Some(13));
/// assert_eq!(fib(93), Some(12_200_160_415_121_876_738));
/// assert_eq!(fib(94), None);
/// ```
pub fn fib(n: u32) -> Option<u64> {
    // The term before number 0 is 1, because 0 + 1 must give term number 1.
    let mut previous = 1u64;
    let mut current = 0u64;
    for _ in 0..n {
        let next = current.checked_add(previous)?;
        previous = current;
        current = next;
    }
    Some(current)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u32, expected: Option<u64>) {
        assert_eq!(fib(n), expected, "fib({n})");
    }

    #[test]
    fn examples() {
        check(0, Some(0));
        check(7, Some(13));
        check(93, Some(12_200_160_415_121_876_738));
        check(94, None);
    }

    #[test]
    fn first_terms() {
        let terms = [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610];
        for (n, &term) in (0..).zip(terms.iter()) {
            check(n, Some(term));
        }
    }

    #[test]
    fn known_large_terms() {
        check(30, Some(832_040));
        check(47, Some(2_971_215_073));
        check(50, Some(12_586_269_025));
        check(80, Some(23_416_728_348_467_685));
        check(91, Some(4_660_046_610_375_530_309));
        check(92, Some(7_540_113_804_746_346_429));
    }

    #[test]
    fn cassini_identity_holds() {
        for n in 1..=92 {
            let term = |k: u32| i128::from(fib(k).unwrap_or(0));
            let left = term(n - 1) * term(n + 1) - term(n) * term(n);
            let expected = if n % 2 == 0 { 1 } else { -1 };
            assert_eq!(left, expected, "fib({n} - 1) * fib({n} + 1) - fib({n})^2");
        }
    }

    #[test]
    fn too_large_terms_are_none() {
        for n in [94, 95, 96, 100, 186, 187, 1_000, u32::MAX - 1, u32::MAX] {
            check(n, None);
        }
    }
}
