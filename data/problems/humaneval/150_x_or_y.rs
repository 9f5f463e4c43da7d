/// Returns `x` if `n` is a prime number, and `y` otherwise.
///
/// Numbers below 2 are not prime, which includes 0 and all negative numbers.
/// `n` is at most 1_000_000_000_000 (a million millions), which is too much to
/// try every smaller number as a divisor. `x` and `y` may be any numbers.
///
/// # Examples
///
/// ```
/// assert_eq!(x_or_y(13, 5, -6), 5);
/// assert_eq!(x_or_y(21, 5, -6), -6);
/// assert_eq!(x_or_y(1, 0, 9), 9);
/// ```
pub fn x_or_y(n: i64, x: i64, y: i64) -> i64 {
    let mut divisor = 2;
    while divisor * divisor <= n {
        if n % divisor == 0 {
            return y;
        }
        divisor += 1;
    }
    if n >= 2 {
        x
    } else {
        y
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: i64, x: i64, y: i64, expected: i64) {
        let got = x_or_y(n, x, y);
        assert_eq!(got, expected, "x_or_y({n}, {x}, {y})");
    }

    #[test]
    fn examples() {
        check(13, 5, -6, 5);
        check(21, 5, -6, -6);
        check(1, 0, 9, 9);
    }

    #[test]
    fn smallest_numbers() {
        check(0, 7, 8, 8);
        check(1, 7, 8, 8);
        check(2, 7, 8, 7);
        check(3, 7, 8, 7);
        check(4, 7, 8, 8);
        check(5, 7, 8, 7);
    }

    #[test]
    fn negative_numbers_are_not_prime() {
        for n in [-1, -2, -3, -4, -5, -7, -13, -1_000_000_007, i64::MIN] {
            check(n, 7, 8, 8);
        }
    }

    #[test]
    fn x_and_y_may_be_anything() {
        for (x, y) in [
            (0, 0),
            (0, 1),
            (1, 0),
            (-4, 4),
            (i64::MIN, i64::MAX),
            (i64::MAX, i64::MIN),
            (17, 18),
        ] {
            check(17, x, y, x);
            check(18, x, y, y);
            check(49, x, y, y);
        }
    }

    #[test]
    fn agrees_with_a_sieve() {
        let mut crossed_out = [false; 2_500];
        for n in 2..2_500 {
            check(n as i64, 1, 2, if crossed_out[n] { 2 } else { 1 });
            for multiple in (n..2_500).step_by(n) {
                crossed_out[multiple] = true;
            }
        }
    }

    #[test]
    fn large_numbers() {
        check(999_999_999_989, 1, 2, 1); // the largest prime below 10^12
        check(1_000_000_000_000, 1, 2, 2);
        check(999_966_000_289, 1, 2, 2); // 999983 * 999983
        check(999_999_999_959, 1, 2, 1);
        check(999_962_000_357, 1, 2, 2); // 999979 * 999983
        check(1_000_000_007, 1, 2, 1);
    }
}
