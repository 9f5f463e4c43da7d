/// Returns the largest prime that divides `n`, or `None` when `n` is 0 or 1.
///
/// A prime number is its own largest prime factor. Numbers up to 10^12 are asked, primes close
/// to 10^12 among them, so a loop that tries every number up to `n` is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(largest_prime_factor(84), Some(7));
/// assert_eq!(largest_prime_factor(64), Some(2));
/// assert_eq!(largest_prime_factor(19), Some(19));
/// assert_eq!(largest_prime_factor(1), None);
/// ```
pub fn largest_prime_factor(n: u64) -> Option<u64> {
    if n < 2 {
        return None;
    }
    let mut rest = n;
    let mut divisor = 2;
    while divisor <= rest / divisor {
        match rest % divisor {
            0 => rest /= divisor,
            _ => divisor += 1,
        }
    }
    // Smaller factors are divided out, so what remains is the largest prime.
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u64, expected: Option<u64>) {
        assert_eq!(
            largest_prime_factor(n),
            expected,
            "largest_prime_factor({n})"
        );
    }

    #[test]
    fn examples() {
        check(84, Some(7));
        check(64, Some(2));
        check(19, Some(19));
        check(1, None);
    }

    #[test]
    fn smallest_numbers() {
        let expected = [2, 3, 2, 5, 3, 7, 2, 3, 5, 11, 3, 13, 7, 5, 2, 17, 3];
        check(0, None);
        for (n, &factor) in (2..).zip(expected.iter()) {
            check(n, Some(factor));
        }
    }

    #[test]
    fn squares_and_powers() {
        check(49, Some(7));
        check(121, Some(11));
        check(6_241, Some(79));
        check(2 * 97 * 97, Some(97));
        check(3_486_784_401, Some(3));
        check(1 << 39, Some(2));
        check(1_000_000_000_000, Some(5));
    }

    #[test]
    fn agrees_with_a_sieve() {
        // Oracle: primes in ascending order overwrite the entries of their multiples.
        let limit = 3_000;
        let mut largest = vec![0u64; limit];
        for p in 2..limit {
            if largest[p] == 0 || largest[p] == p as u64 {
                for multiple in (p..limit).step_by(p) {
                    largest[multiple] = p as u64;
                }
            }
        }
        for (n, &factor) in largest.iter().enumerate().skip(2) {
            check(n as u64, Some(factor));
        }
    }

    #[test]
    fn large_numbers() {
        check(999_999_999_989, Some(999_999_999_989));
        check(2 * 499_999_999_979, Some(499_999_999_979));
        check(999_983 * 999_983, Some(999_983));
        check(600_851_475_143, Some(6_857));
    }
}
