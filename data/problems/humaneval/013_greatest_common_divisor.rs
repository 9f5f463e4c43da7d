/// Returns the largest number that divides both `a` and `b`.
///
/// Zero is divisible by every number, so if one argument is 0 the result is the
/// other argument; for two zeros the result is 0. The order of the arguments
/// does not matter. The arguments may be as large as `u64::MAX`, so counting
/// through candidates or repeated subtraction is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(greatest_common_divisor(12, 18), 6);
/// assert_eq!(greatest_common_divisor(35, 64), 1);
/// assert_eq!(greatest_common_divisor(0, 9), 9);
/// ```
pub fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: u64, b: u64, expected: u64) {
        assert_eq!(
            greatest_common_divisor(a, b),
            expected,
            "greatest_common_divisor({a}, {b})"
        );
    }

    #[test]
    fn examples() {
        check(12, 18, 6);
        check(35, 64, 1);
        check(0, 9, 9);
    }

    #[test]
    fn zeros_and_ones() {
        check(0, 0, 0);
        check(9, 0, 9);
        check(0, 1, 1);
        check(1, 0, 1);
        check(1, 1, 1);
        check(1, 100, 1);
        check(100, 1, 1);
        check(u64::MAX, 0, u64::MAX);
    }

    #[test]
    fn one_divides_the_other() {
        check(7, 7, 7);
        check(7, 49, 7);
        check(49, 7, 7);
        check(2, 4, 2);
        check(1 << 63, 1 << 40, 1 << 40);
        check(u64::MAX, u64::MAX, u64::MAX);
    }

    #[test]
    fn agrees_with_trying_all_divisors() {
        for a in 0..60u64 {
            for b in 0..60u64 {
                if a + b > 0 {
                    let largest = (1..=a + b).rev().find(|d| a % d == 0 && b % d == 0);
                    check(a, b, largest.unwrap());
                }
            }
        }
    }

    #[test]
    fn huge_arguments() {
        // Neighbouring Fibonacci numbers need the most steps.
        check(12_200_160_415_121_876_738, 7_540_113_804_746_346_429, 1);
        check(u64::MAX, 2, 1);
        check(u64::MAX, 1, 1);
        check(1, u64::MAX, 1);
        check(u64::MAX - 1, u64::MAX, 1);
        check(
            10_000_000_000_000_000_000,
            15_000_000_000_000_000_000,
            5_000_000_000_000_000_000,
        );
        check(18_446_744_073_709_551_557, 18_446_744_073_709_551_615, 1);
    }
}
