/// Reports whether `n` is a prime number.
///
/// A prime number is greater than 1 and divisible only by 1 and itself; 0 and 1
/// are not prime.
///
/// `n` is at most 10^12, so trying all numbers below `n` is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(is_prime(2), true);
/// assert_eq!(is_prime(97), true);
/// assert_eq!(is_prime(91), false);
/// assert_eq!(is_prime(1), false);
/// ```
pub fn is_prime(n: u64) -> bool {
    let mut divisor = 2;
    while divisor * divisor <= n {
        let remainder = n % divisor;
        if remainder == 0 {
            return false;
        }
        divisor += 1;
    }
    n >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u64, expected: bool) {
        assert_eq!(is_prime(n), expected, "is_prime({n})");
    }

    #[test]
    fn examples() {
        check(2, true);
        check(97, true);
        check(91, false);
        check(1, false);
    }

    #[test]
    fn smallest_numbers() {
        for (n, expected) in [false, false, true, true, false, true, false, true]
            .into_iter()
            .enumerate()
        {
            check(n as u64, expected);
        }
    }

    #[test]
    fn squares_and_products_of_primes() {
        for p in [2, 3, 5, 7, 11, 13, 17, 101, 997, 65_537] {
            check(p, true);
            check(p * p, false);
            check(p * 7, false);
            check(p * p * p, false);
        }
        check(101 * 103, false);
        check(997 * 991, false);
        // Carmichael numbers, and strong pseudoprimes to base 2.
        for n in [561, 1105, 1729, 2047, 2821, 3277, 41_041, 252_601] {
            check(n, false);
        }
        // Strong pseudoprimes to the bases 2 and 3; 2, 3 and 5; 2, 7 and 61; 2, 3, 5 and 7.
        for n in [
            1_373_653,
            25_326_001,
            4_759_123_141,
            3_215_031_751,
            118_670_087_467,
        ] {
            check(n, false);
        }
    }

    #[test]
    fn agrees_with_a_sieve() {
        let mut prime = vec![true; 3000];
        prime[0] = false;
        prime[1] = false;
        for n in 2..prime.len() {
            for multiple in (2 * n..prime.len()).step_by(n) {
                prime[multiple] = false;
            }
        }
        for (n, expected) in prime.into_iter().enumerate() {
            check(n as u64, expected);
        }
    }

    #[test]
    fn large_numbers() {
        check(999_999_999_989, true);
        check(999_999_999_961, true);
        check(999_966_000_289, false); // 999_983 squared
        check(999_962_000_357, false); // 999_979 * 999_983
        check(1_000_000_000_000, false);
        check(2_147_483_647, true);
        check(4_294_967_297, false); // 641 * 6_700_417
    }
}
