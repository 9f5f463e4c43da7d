/// Applies `f` to `start`, then to the result, and so on, `n` times in all,
/// and returns the last result. With `n` equal to 0 that is `start` itself.
///
/// # Examples
///
/// ```
/// assert_eq!(apply_n_times(|x| x * 2, 3, 5), 40);
/// assert_eq!(apply_n_times(|x| x - 1, 4, 0), -4);
/// assert_eq!(apply_n_times(|x| x + 1, 0, 7), 7);
/// ```
pub fn apply_n_times<F: Fn(i64) -> i64>(f: F, n: u32, start: i64) -> i64 {
    (0..n).fold(start, |value, _| f(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn check<F: Fn(i64) -> i64>(name: &str, f: F, n: u32, start: i64, expected: i64) {
        let calls = Cell::new(0);
        let counted = |x| {
            calls.set(calls.get() + 1);
            f(x)
        };
        let got = apply_n_times(counted, n, start);
        assert_eq!(got, expected, "apply_n_times({name}, {n}, {start})");
        assert_eq!(
            calls.get(),
            n,
            "calls in apply_n_times({name}, {n}, {start})"
        );
    }

    #[test]
    fn examples() {
        check("|x| x * 2", |x| x * 2, 3, 5, 40);
        check("|x| x - 1", |x| x - 1, 4, 0, -4);
        check("|x| x + 1", |x| x + 1, 0, 7, 7);
    }

    #[test]
    fn few_times() {
        check("|x| x * x", |x| x * x, 0, 3, 3);
        check("|x| x * x", |x| x * x, 1, 3, 9);
        check("|x| x * x", |x| x * x, 2, 3, 81);
        check("|x| x * x", |x| x * x, 3, 3, 6_561);
        check("|x| x / 10", |x| x / 10, 2, 1_234, 12);
    }

    #[test]
    fn closure_with_captured_variables() {
        let (factor, offset) = (3, -2);
        check("|x| 3 * x - 2", |x| factor * x + offset, 3, 2, 28);
        check("|_| 9", |_| 9, 5, 1, 9);
        check("|_| 9", |_| 9, 0, 1, 1);
    }

    #[test]
    fn many_times() {
        check("|x| x + 3", |x| x + 3, 20_000, -1, 59_999);
    }
}
