/// Returns all prime numbers smaller than `n`, in ascending order.
///
/// `n` itself is not included, even when it is prime. The result is empty for `n` up to 2.
/// Values of `n` up to 200,000 are asked, so trying every smaller number as a divisor of each
/// candidate is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(count_up_to(13), [2, 3, 5, 7, 11]);
/// assert_eq!(count_up_to(3), [2]);
/// assert_eq!(count_up_to(2), []);
/// ```
pub fn count_up_to(n: usize) -> Vec<usize> {
    let mut struck_out = vec![false; n];
    let mut primes = Vec::new();
    for candidate in 2..n {
        if struck_out[candidate] {
            continue;
        }
        primes.push(candidate);
        for multiple in (candidate..n).step_by(candidate) {
            struck_out[multiple] = true;
        }
    }
    primes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: usize, expected: &[usize]) {
        assert_eq!(count_up_to(n), expected, "count_up_to({n})");
    }

    #[test]
    fn examples() {
        check(13, &[2, 3, 5, 7, 11]);
        check(3, &[2]);
        check(2, &[]);
    }

    #[test]
    fn smallest_limits() {
        check(0, &[]);
        check(1, &[]);
        check(4, &[2, 3]);
        check(5, &[2, 3]);
        check(6, &[2, 3, 5]);
    }

    #[test]
    fn around_squares_of_primes() {
        check(9, &[2, 3, 5, 7]);
        check(10, &[2, 3, 5, 7]);
        check(25, &[2, 3, 5, 7, 11, 13, 17, 19, 23]);
        check(26, &[2, 3, 5, 7, 11, 13, 17, 19, 23]);
        check(
            50,
            &[2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47],
        );
    }

    #[test]
    fn every_limit_up_to_three_hundred() {
        // Oracle: a prime has exactly two divisors.
        let mut primes = Vec::new();
        for n in 0..=300usize {
            check(n, &primes);
            let divisors = (1..=n).filter(|d| n % d < 1).count();
            if divisors == 2 {
                primes.push(n);
            }
        }
    }

    #[test]
    fn large_limits() {
        let primes = count_up_to(200_000);
        assert_eq!(primes.len(), 17_984, "number of primes below 200,000");
        assert_eq!(primes.last(), Some(&199_999), "largest prime below 200,000");
        assert_eq!(
            primes.iter().sum::<usize>(),
            1_709_600_813,
            "sum of the primes below 200,000"
        );
        let primes = count_up_to(199_999);
        assert_eq!(primes.len(), 17_983, "number of primes below 199,999");
    }
}
