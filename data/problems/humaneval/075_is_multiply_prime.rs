/// Tells whether `n` is the product of exactly three prime numbers.
///
/// The three primes need not be different: `8 = 2 * 2 * 2` counts, as does `12 = 2 * 2 * 3`.
/// A prime, a product of two primes or a product of four or more primes does not count, nor do
/// 0 and 1. Numbers up to 10^10 are asked, so trying all divisors up to `n` is too slow.
///
/// # Examples
///
/// ```
/// assert!(is_multiply_prime(30));
/// assert!(is_multiply_prime(8));
/// assert!(!is_multiply_prime(10));
/// assert!(!is_multiply_prime(24));
/// ```
pub fn is_multiply_prime(n: u64) -> bool {
    let mut rest = n;
    let mut factors = 0;
    let mut divisor = 2;
    while divisor <= rest / divisor {
        match rest % divisor {
            0 => {
                rest /= divisor;
                factors += 1;
            }
            _ => divisor += 1,
        }
    }
    // What remains is one more prime factor, unless `n` is 0 or 1.
    factors == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u64, expected: bool) {
        assert_eq!(is_multiply_prime(n), expected, "is_multiply_prime({n})");
    }

    #[test]
    fn examples() {
        check(30, true);
        check(8, true);
        check(10, false);
        check(24, false);
    }

    #[test]
    fn all_numbers_below_one_hundred() {
        let products = [
            8, 12, 18, 20, 27, 28, 30, 42, 44, 45, 50, 52, 63, 66, 68, 70, 75, 76, 78, 92, 98, 99,
        ];
        for n in 0..100 {
            check(n, products.contains(&n));
        }
    }

    #[test]
    fn cubes_and_other_powers_of_primes() {
        for p in [2u64, 3, 5, 7, 11, 13, 101, 307] {
            check(p, false);
            check(p * p, false);
            check(p * p * p, true);
            check(p * p * p * p, false);
        }
    }

    #[test]
    fn all_products_of_small_primes() {
        // Oracle: build every product of three primes below 2,000 from a list of primes.
        let primes: Vec<usize> = (2..500).filter(|&n| (2..n).all(|d| n % d > 0)).collect();
        let mut expected = vec![false; 2_000];
        for &p in &primes {
            for &q in &primes {
                for &r in &primes {
                    if let Some(entry) = expected.get_mut(p * q * r) {
                        *entry = true;
                    }
                }
            }
        }
        for (n, &product) in expected.iter().enumerate() {
            check(n as u64, product);
        }
    }

    #[test]
    fn large_numbers() {
        check(9_999_999_967, false);
        check(2 * 2 * 2_499_999_979, false);
        check(4 * 1_000_000_007, true);
        check(2 * 3 * 1_000_000_007, true);
        check(2 * 3 * 5 * 100_000_007, false);
        check(2 * 1_000_000_007, false);
        check(2 * 65_521 * 65_537, true);
        check(99_991 * 99_989, false);
        check(2_143 * 2_153 * 2_161, true);
    }
}
