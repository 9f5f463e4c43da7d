/// Finds the largest divisor of `n` that is smaller than `n` itself.
///
/// For a prime number that is 1. For `n == 1` and `n == 0` no positive number
/// below `n` exists, and the result is `None`.
///
/// `n` is at most 10^12, so trying all numbers below `n` is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(largest_divisor(12), Some(6));
/// assert_eq!(largest_divisor(35), Some(7));
/// assert_eq!(largest_divisor(13), Some(1));
/// assert_eq!(largest_divisor(1), None);
/// ```
pub fn largest_divisor(n: u64) -> Option<u64> {
    if n <= 1 {
        return None;
    }
    // The largest divisor belongs to the smallest one above 1.
    let mut small = 2;
    while small * small <= n {
        let (quotient, remainder) = (n / small, n % small);
        if remainder == 0 {
            return Some(quotient);
        }
        small += 1;
    }
    Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u64, expected: Option<u64>) {
        assert_eq!(largest_divisor(n), expected, "largest_divisor({n})");
    }

    #[test]
    fn examples() {
        check(12, Some(6));
        check(35, Some(7));
        check(13, Some(1));
        check(1, None);
    }

    #[test]
    fn smallest_arguments() {
        check(0, None);
        check(1, None);
        check(2, Some(1));
        check(3, Some(1));
        check(4, Some(2));
        check(5, Some(1));
        check(6, Some(3));
    }

    #[test]
    fn squares_and_products_of_primes() {
        check(9, Some(3));
        check(25, Some(5));
        check(49, Some(7));
        check(77, Some(11));
        check(121, Some(11));
        check(143, Some(13));
        check(1 << 20, Some(1 << 19));
    }

    #[test]
    fn agrees_with_trying_all() {
        for n in 2..600u64 {
            check(n, (1..n).rev().find(|d| n % d == 0));
        }
    }

    #[test]
    fn large_arguments() {
        check(1_000_000_000_000, Some(500_000_000_000));
        check(999_999_999_989, Some(1));
        check(999_966_000_289, Some(999_983));
        check(999_999_999_999, Some(333_333_333_333));
    }
}
