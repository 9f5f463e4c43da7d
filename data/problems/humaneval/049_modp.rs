/// Computes 2 to the power of `n`, modulo `p`.
///
/// The result is the remainder of the division by `p`, between 0 and `p - 1`; for
/// `p == 1` it is always 0. 2 to the power of 0 is 1.
///
/// `p` is between 1 and 4_000_000_000, so products of two remainders fit in a
/// `u64`. `n` may be as large as `u64::MAX`: neither the power itself nor a loop of
/// `n` steps is feasible.
///
/// # Examples
///
/// ```
/// assert_eq!(modp(5, 7), 4); // 32 = 4 * 7 + 4
/// assert_eq!(modp(10, 1000), 24);
/// assert_eq!(modp(0, 1), 0);
/// ```
pub fn modp(n: u64, p: u64) -> u64 {
    let mut result = 1 % p;
    let mut square = 2;
    let mut rest = n;
    while rest > 0 {
        if rest % 2 == 1 {
            result = result * square % p;
        }
        square = square * square % p;
        rest /= 2;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u64, p: u64, expected: u64) {
        assert_eq!(modp(n, p), expected, "modp({n}, {p})");
    }

    #[test]
    fn examples() {
        check(5, 7, 4);
        check(10, 1000, 24);
        check(0, 1, 0);
    }

    #[test]
    fn smallest_arguments() {
        check(0, 2, 1);
        check(0, 3, 1);
        check(1, 1, 0);
        check(1, 2, 0);
        check(1, 3, 2);
        check(2, 3, 1);
        check(2, 4, 0);
        check(2, 5, 4);
        check(3, 5, 3);
        check(u64::MAX, 1, 0);
        check(u64::MAX, 2, 0);
        check(0, 4_000_000_000, 1);
    }

    #[test]
    fn agrees_with_doubling() {
        for p in 1..60 {
            let mut power = 1 % p;
            for n in 0..80 {
                check(n, p, power);
                power = (power + power) % p;
            }
        }
    }

    #[test]
    fn agrees_with_powers_that_fit() {
        for n in 0..64 {
            for p in [97, 1009, 65_537, 3_999_999_979, 4_000_000_000] {
                check(n, p, (1u64 << n) % p);
            }
        }
    }

    #[test]
    fn huge_exponents() {
        // By Fermat the powers repeat after p - 1 steps for a prime p.
        check(1_000_000_006, 1_000_000_007, 1);
        check(1_000_000_007, 1_000_000_007, 2);
        check(1_000_000_006 * 7_000_000_000 + 20, 1_000_000_007, 1 << 20);
        check(3_999_999_978, 3_999_999_979, 1);
        check(u64::MAX, 3, 2);
        check(u64::MAX - 1, 3, 1);
        check(u64::MAX, 65_537, 32_769);
        check(u64::MAX, 1 << 31, 0);
    }

    #[test]
    fn every_bit_of_the_exponent() {
        // Squaring 2 again and again gives the powers whose exponents have one bit.
        for p in [1_000_000_007, 3_999_999_979] {
            let mut square = 2;
            let mut all = 1;
            for bit in 0..64 {
                check(1 << bit, p, square);
                all = all * square % p;
                check(u64::MAX >> (63 - bit), p, all);
                square = square * square % p;
            }
        }
    }
}
