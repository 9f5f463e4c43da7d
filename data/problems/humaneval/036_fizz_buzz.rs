/// Counts the digits 7 in the numbers below `n` that are divisible by 11 or 13.
///
/// Considered are all whole numbers from 0 up to but not including `n` that are
/// divisible by 11, by 13, or by both. All digits 7 in their decimal notation are
/// counted: 77 counts 2. A number that is divisible by both 11 and 13 is counted
/// once. `n` is at most 100_000.
///
/// # Examples
///
/// ```
/// assert_eq!(fizz_buzz(77), 0);
/// assert_eq!(fizz_buzz(78), 2); // 77 = 7 * 11
/// assert_eq!(fizz_buzz(118), 4); // 77, 78 and 117, where 78 and 117 are 6 * 13 and 9 * 13
/// ```
pub fn fizz_buzz(n: usize) -> usize {
    // The multiples of 143 are multiples of both 11 and 13.
    count_sevens(11, n) + count_sevens(13, n) - count_sevens(143, n)
}

fn count_sevens(step: usize, end: usize) -> usize {
    let multiples = (step..end).step_by(step);
    multiples.map(|i| i.to_string().matches('7').count()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: usize, expected: usize) {
        assert_eq!(fizz_buzz(n), expected, "fizz_buzz({n})");
    }

    #[test]
    fn examples() {
        check(77, 0);
        check(78, 2);
        check(118, 4);
    }

    #[test]
    fn nothing_to_count() {
        for n in 0..=77 {
            check(n, 0);
        }
    }

    #[test]
    fn n_itself_is_excluded() {
        check(79, 3);
        check(80, 3);
        check(117, 3);
        check(176, 4);
        check(177, 5);
        check(187, 5);
        check(188, 6);
    }

    #[test]
    fn agrees_with_digit_by_digit() {
        let mut expected = 0;
        for n in 0..800usize {
            check(n, expected);
            let (by_11, by_13) = (n / 11 * 11 == n, n / 13 * 13 == n);
            if by_11 || by_13 {
                let mut rest = n;
                while rest > 0 {
                    expected += usize::from(rest % 10 == 7);
                    rest /= 10;
                }
            }
        }
    }

    #[test]
    fn large_arguments() {
        check(10_000, 639);
        check(100_000, 8026);
    }
}
