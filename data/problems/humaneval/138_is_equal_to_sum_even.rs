/// Tells whether `n` is the sum of exactly four positive even numbers.
///
/// The four numbers need not differ; 0 is not positive. Any `i64` may be
/// given; negative numbers and zero are never such a sum.
///
/// # Examples
///
/// ```
/// assert!(is_equal_to_sum_even(14)); // 2 + 2 + 4 + 6
/// assert!(!is_equal_to_sum_even(6));
/// assert!(!is_equal_to_sum_even(15));
/// ```
pub fn is_equal_to_sum_even(n: i64) -> bool {
    // Half of such a sum is the sum of any four positive integers.
    n % 2 == 0 && n / 2 >= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: i64, expected: bool) {
        let got = is_equal_to_sum_even(n);
        assert_eq!(got, expected, "is_equal_to_sum_even({n})");
    }

    /// Tries all choices of the first three numbers.
    fn brute(n: i64) -> bool {
        let evens = |limit: i64| (2..=limit).step_by(2);
        evens(n).any(|a| {
            evens(n - a).any(|b| {
                evens(n - a - b).any(|c| {
                    let d = n - a - b - c;
                    d > 0 && d & 1 == 0
                })
            })
        })
    }

    #[test]
    fn examples() {
        check(14, true);
        check(6, false);
        check(15, false);
    }

    #[test]
    fn around_the_smallest_sum() {
        check(4, false);
        check(5, false);
        check(6, false);
        check(7, false);
        check(8, true);
        check(9, false);
        check(10, true);
        check(11, false);
        check(12, true);
    }

    #[test]
    fn zero_and_negative_numbers() {
        for n in [0, -1, -2, -7, -8, -9, -10, -16, i64::MIN, i64::MIN + 1] {
            check(n, false);
        }
    }

    #[test]
    fn agrees_with_trying_all_choices() {
        for n in -20..=70 {
            check(n, brute(n));
        }
    }

    #[test]
    fn large_numbers() {
        check(1_000_000, true);
        check(1_000_001, false);
        check(i64::MAX, false);
        check(i64::MAX - 1, true);
    }
}
