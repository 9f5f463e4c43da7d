/// Returns the sum of all whole numbers from 1 to `n`, both included.
///
/// The sum is 0 for `n = 0`. The result type is wide enough for every `n`, `u64::MAX` included,
/// but mind intermediate results. Large `n` are asked, so adding the numbers one at a time is
/// too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(sum_to_n(0), 0);
/// assert_eq!(sum_to_n(4), 10);
/// assert_eq!(sum_to_n(2_000_000_000), 2_000_000_001_000_000_000);
/// ```
pub fn sum_to_n(n: u64) -> u128 {
    let n = u128::from(n);
    n * (n + 1) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u64, expected: u128) {
        assert_eq!(sum_to_n(n), expected, "sum_to_n({n})");
    }

    #[test]
    fn examples() {
        check(0, 0);
        check(4, 10);
        check(2_000_000_000, 2_000_000_001_000_000_000);
    }

    #[test]
    fn adding_one_at_a_time_agrees() {
        let mut total = 0;
        for n in 1..=2_000 {
            total += u128::from(n);
            check(n, total);
        }
    }

    #[test]
    fn around_32_bits() {
        check(92_681, 4_294_930_221);
        check(92_682, 4_295_022_903);
        check(4_294_967_295, 9_223_372_034_707_292_160);
        check(4_294_967_296, 9_223_372_039_002_259_456);
    }

    #[test]
    fn largest_numbers() {
        check(6_074_000_999, 18_446_744_070_963_499_500);
        check(6_074_001_000, 18_446_744_077_037_500_500);
        check(
            u64::MAX - 1,
            170_141_183_460_469_231_704_017_187_605_319_778_305,
        );
        check(
            u64::MAX,
            170_141_183_460_469_231_722_463_931_679_029_329_920,
        );
    }
}
