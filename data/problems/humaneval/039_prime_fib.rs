/// Returns the `n`-th number that is both a Fibonacci number and prime.
///
/// The Fibonacci numbers are 1, 1, 2, 3, 5, 8, ...: each is the sum of the two
/// before it. A prime number is greater than 1 and divisible only by 1 and
/// itself. The numbers that are both, in increasing order, begin 2, 3, 5, 13, and
/// counting starts at 1, so the first is 2.
///
/// `n` is between 1 and 11; the 11th such number is 2_971_215_073, so testing a
/// number by trying all smaller ones is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(prime_fib(1), 2);
/// assert_eq!(prime_fib(4), 13);
/// ```
pub fn prime_fib(n: usize) -> u64 {
    let (mut current, mut next) = (2, 3);
    let mut found = 0;
    loop {
        if is_prime(current) {
            found += 1;
        }
        if found == n {
            return current;
        }
        (current, next) = (next, current + next);
    }
}

fn is_prime(n: u64) -> bool {
    let divisors = (2..).take_while(|d| d * d <= n);
    divisors.map(|d| n % d).all(|remainder| remainder != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: usize, expected: u64) {
        assert_eq!(prime_fib(n), expected, "prime_fib({n})");
    }

    #[test]
    fn examples() {
        check(1, 2);
        check(4, 13);
    }

    #[test]
    fn first_ones() {
        check(2, 3);
        check(3, 5);
        check(5, 89);
        check(6, 233);
    }

    #[test]
    fn fibonacci_numbers_that_are_not_prime_are_skipped() {
        // 377, 610 and 987 precede 1597; 4181 is 37 * 113.
        check(7, 1597);
        check(8, 28_657);
    }

    #[test]
    fn agrees_with_a_sieve() {
        let mut prime = vec![true; 600_000];
        for n in 2..775 {
            for multiple in (n * n..prime.len()).step_by(n) {
                prime[multiple] = false;
            }
        }
        let (mut a, mut b) = (1, 2);
        let mut n = 0;
        while b < prime.len() {
            if prime[b] {
                n += 1;
                check(n, b as u64);
            }
            (a, b) = (b, a + b);
        }
        assert_eq!(n, 9, "there are 9 prime Fibonacci numbers below 600000");
    }

    #[test]
    fn largest_ones() {
        check(9, 514_229);
        check(10, 433_494_437);
        check(11, 2_971_215_073);
    }
}
