/// Finds the largest prime number in the list and returns the sum of its decimal digits.
///
/// The answer is `None` when the list holds no prime. 0 and 1 are not prime. Values may be as
/// large as `u32::MAX`, so trying every smaller number as a divisor is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(skjkasdkd(&[12, 31, 7, 40]), Some(4));
/// assert_eq!(skjkasdkd(&[89, 4, 97, 89]), Some(16));
/// assert_eq!(skjkasdkd(&[1, 9, 0]), None);
/// ```
pub fn skjkasdkd(values: &[u32]) -> Option<u32> {
    let mut rest = values.iter().copied().filter(|&n| is_prime(n)).max()?;
    let mut sum = 0;
    while rest > 0 {
        sum += rest % 10;
        rest /= 10;
    }
    Some(sum)
}

fn is_prime(n: u32) -> bool {
    if n < 2 {
        return false;
    }
    let mut divisor = 2;
    while divisor <= n / divisor {
        match n % divisor {
            0 => return false,
            _ => divisor += 1,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Lcg(u64);

    impl Lcg {
        fn below(&mut self, bound: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % bound
        }
    }

    fn check(values: &[u32], expected: Option<u32>) {
        assert_eq!(skjkasdkd(values), expected, "skjkasdkd({values:?})");
    }

    #[test]
    fn examples() {
        check(&[12, 31, 7, 40], Some(4));
        check(&[89, 4, 97, 89], Some(16));
        check(&[1, 9, 0], None);
    }

    #[test]
    fn no_primes() {
        check(&[], None);
        check(&[0], None);
        check(&[1], None);
        check(&[4, 6, 8, 9, 10, 25, 49, 121, 961], None);
    }

    #[test]
    fn single_numbers() {
        // Oracle: a prime below 400 has no divisor among the primes up to 19.
        let small = [2, 3, 5, 7, 11, 13, 17, 19];
        for n in 0..400 {
            let prime = n > 1 && small.iter().all(|&p| n == p || n % p > 0);
            let digits = n / 100 + n / 10 % 10 + n % 10;
            check(&[n], prime.then_some(digits));
        }
    }

    #[test]
    fn the_largest_prime_decides() {
        check(&[2, 3], Some(3));
        check(&[3, 2], Some(3));
        check(&[11, 5], Some(2));
        check(&[5, 11], Some(2));
        check(&[101, 99, 100, 89, 102], Some(2));
        check(&[1_000, 999, 997, 2], Some(25));
        check(&[8_191, 8_192, 127, 8_190], Some(19));
        check(&[4, 6, 8, 9, 10, 12, 13, 14, 15, 16, 18, 11], Some(4));
    }

    #[test]
    fn random_lists() {
        let primes = [2, 13, 29, 101, 1_009, 10_007, 99_991];
        let sums = [2, 4, 11, 2, 10, 8, 37];
        let others = [0, 1, 4, 15, 10_201, 99_999, 1_000_000];
        let mut lcg = Lcg(94);
        for _ in 0..100 {
            let mut values = Vec::new();
            let mut best = None;
            for _ in 0..lcg.below(7) {
                let at = lcg.below(7) as usize;
                if lcg.below(2) == 1 {
                    values.push(primes[at]);
                    best = best.max(Some(at));
                } else {
                    values.push(others[at]);
                }
            }
            check(&values, best.map(|at| sums[at]));
        }
    }

    #[test]
    fn large_numbers() {
        check(&[u32::MAX], None);
        check(&[4_294_967_291, 4_294_967_290], Some(53));
        check(&[2_147_483_647, 2_147_483_646, 3], Some(46));
        check(&[4_292_870_399, 4_293_001_441, 11], Some(2));
        check(&[4_294_967_279, 2_147_483_647], Some(59));
    }
}
