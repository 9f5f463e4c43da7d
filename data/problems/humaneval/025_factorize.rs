/// Splits `n` into its prime factors.
///
/// The factors are returned from the smallest to the largest, each as often as
/// it divides `n`, so that their product is `n`. A prime number is its own only
/// factor. 1 has no prime factors and gives an empty vector; so does 0, which is
/// not a product of primes at all.
///
/// `n` is at most 10^12, so trying all numbers below `n` is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(factorize(60), [2, 2, 3, 5]);
/// assert_eq!(factorize(49), [7, 7]);
/// assert_eq!(factorize(13), [13]);
/// assert!(factorize(1).is_empty());
/// ```
pub fn factorize(n: u64) -> Vec<u64> {
    let mut factors = Vec::new();
    let mut rest = n;
    let mut divisor = 2;
    while divisor * divisor <= rest {
        match rest % divisor {
            0 => {
                factors.push(divisor);
                rest /= divisor;
            }
            _ => divisor += 1,
        }
    }
    if rest > 1 {
        factors.push(rest);
    }
    factors
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u64, expected: &[u64]) {
        assert_eq!(factorize(n), expected, "factorize({n})");
    }

    #[test]
    fn examples() {
        check(60, &[2, 2, 3, 5]);
        check(49, &[7, 7]);
        check(13, &[13]);
        check(1, &[]);
    }

    #[test]
    fn smallest_arguments() {
        check(0, &[]);
        check(1, &[]);
        check(2, &[2]);
        check(3, &[3]);
        check(4, &[2, 2]);
        check(5, &[5]);
        check(6, &[2, 3]);
        check(8, &[2, 2, 2]);
        check(9, &[3, 3]);
        check(10, &[2, 5]);
    }

    #[test]
    fn powers_and_products() {
        check(625, &[5, 5, 5, 5]);
        check(75, &[3, 5, 5]);
        check(77, &[7, 11]);
        check(2 * 3 * 5 * 7 * 11 * 13, &[2, 3, 5, 7, 11, 13]);
        check(1 << 39, &[2; 39]);
        check(2 * 101, &[2, 101]);
        check(101 * 101, &[101, 101]);
    }

    #[test]
    fn rising_primes_with_the_right_product() {
        for n in 1..1500 {
            let got = factorize(n);
            assert!(
                got.iter().product::<u64>() == n && got.windows(2).all(|pair| pair[0] <= pair[1]),
                "factorize({n}): expected a rising product of {n}, got {got:?}"
            );
            for factor in &got {
                assert!(
                    *factor > 1 && (2..*factor).all(|d| factor % d != 0),
                    "factorize({n}): expected primes, got {got:?}"
                );
            }
        }
    }

    #[test]
    fn large_arguments() {
        check(999_999_999_989, &[999_999_999_989]);
        check(999_966_000_289, &[999_983, 999_983]);
        check(999_999_999_958, &[2, 499_999_999_979]);
        check(
            1_000_000_000_000,
            &[
                2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5,
            ],
        );
    }
}
