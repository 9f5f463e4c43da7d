/// Evaluates a polynomial: `coefficients[i]` belongs to the `i`-th power of `x`.
pub fn poly(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

/// Finds a zero of a polynomial, that is a number `x` at which it vanishes.
///
/// `coefficients[i]` belongs to the `i`-th power of `x`, as in [`poly`]. There is
/// an even number of coefficients, at least two, and the last one is not 0, so
/// the degree is odd and at least one real zero exists. All coefficients are at
/// most 100 in magnitude and the last one is at least 0.5 in magnitude; every
/// zero therefore lies between -201 and 201.
///
/// If there are several zeros, any of them may be returned. A result `x` is
/// accepted if `poly(coefficients, x)` is at most 1e-6 in magnitude, or if the
/// polynomial has different signs at `x - 1e-6` and `x + 1e-6`.
///
/// # Examples
///
/// ```
/// // 3 + 2x is zero at -1.5 only.
/// assert_eq!((find_zero(&[3.0, 2.0]) * 1e3).round(), -1500.0);
/// // x^3 - 8 is zero at 2 only.
/// assert_eq!((find_zero(&[-8.0, 0.0, 0.0, 1.0]) * 1e3).round(), 2000.0);
/// ```
pub fn find_zero(coefficients: &[f64]) -> f64 {
    let rising = coefficients.last().is_some_and(|c| c.is_sign_positive());
    // Far below the zeros and far above them, the signs are opposite. Halve the
    // interval between until its ends are neighbouring floats.
    let (mut low, mut high) = (f64::MIN, f64::MAX);
    loop {
        let middle = low / 2.0 + high / 2.0;
        if middle <= low || middle >= high {
            return middle;
        }
        if poly(coefficients, middle).is_sign_positive() == rising {
            high = middle;
        } else {
            low = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(coefficients: &[f64], x: f64) -> f64 {
        let mut power = 1.0;
        let mut sum = 0.0;
        for c in coefficients {
            sum += c * power;
            power *= x;
        }
        sum
    }

    fn check(coefficients: &[f64]) {
        let x = find_zero(coefficients);
        let at = value(coefficients, x);
        let below = value(coefficients, x - 1e-6);
        let above = value(coefficients, x + 1e-6);
        assert!(
            at.abs() <= 1e-6 || (below < 0.0) != (above < 0.0),
            "find_zero({coefficients:?}): expected a zero, got {x:?}, where the value is {at:?}"
        );
    }

    fn check_only(coefficients: &[f64], expected: f64) {
        check(coefficients);
        let x = find_zero(coefficients);
        assert!(
            (x - expected).abs() <= 1e-3,
            "find_zero({coefficients:?}): expected {expected:?}, got {x:?}"
        );
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check_only(&[3.0, 2.0], -1.5);
        check_only(&[-8.0, 0.0, 0.0, 1.0], 2.0);
    }

    #[test]
    fn straight_lines() {
        check_only(&[0.0, 1.0], 0.0);
        check_only(&[0.0, -3.0], 0.0);
        check_only(&[1.0, 0.5], -2.0);
        check_only(&[1.0, -0.5], 2.0);
        check_only(&[-1.0, -0.75], -4.0 / 3.0);
        check_only(&[-7.0, 3.0], 7.0 / 3.0);
        check_only(&[100.0, 0.5], -200.0);
        check_only(&[100.0, -0.5], 200.0);
        check_only(&[0.001, 100.0], -0.00001);
    }

    #[test]
    fn one_real_zero() {
        check_only(&[1.0, 1.0, 0.0, 1.0], -0.6823278);
        check_only(&[-1.0, -1.0, 0.0, -1.0], -0.6823278);
        check_only(&[-5.0, 2.0, 0.0, 1.0], 1.3282689);
        check_only(&[-32.0, 0.0, 0.0, 0.0, 0.0, 1.0], 2.0);
        check_only(&[96.0, 0.0, 0.0, 0.0, 0.0, -3.0], 2.0);
        // 1 + x + ... + x^11: the other zeros are not real.
        check_only(&[1.0; 12], -1.0);
        check_only(&[100.0, 100.0, 100.0, 0.5], -199.000025);
    }

    #[test]
    fn far_from_the_middle() {
        // Between 200 and 201, and between -201 and -200.
        check_only(&[-100.0, -100.0, -100.0, 0.5], 200.999975);
        check_only(&[100.0, -100.0, 100.0, 0.5], -200.999975);
        check_only(&[100.0, 100.0, 100.0, -0.5], 200.999975);
    }

    #[test]
    fn several_zeros() {
        // Zeros at 1, 2 and 3, in both directions.
        check(&[-6.0, 11.0, -6.0, 1.0]);
        check(&[6.0, -11.0, 6.0, -1.0]);
        // Zeros at -10, 0 and 10.
        check(&[0.0, -100.0, 0.0, 1.0]);
        // A double zero at 1, and one at -4.
        check(&[4.0, -7.0, 2.0, 1.0]);
        // A triple zero at -1.
        check(&[1.0, 3.0, 3.0, 1.0]);
        // Zeros at -2, -1, 0, 1 and 2.
        check(&[0.0, 4.0, 0.0, -5.0, 0.0, 1.0]);
    }

    #[test]
    fn random_polynomials() {
        let mut state = 61;
        for len in [2, 4, 6] {
            for _ in 0..60 {
                let mut coefficients: Vec<f64> = (0..len)
                    .map(|_| next(&mut state, 41) as f64 / 2.0 - 10.0)
                    .collect();
                if coefficients[len - 1] == 0.0 {
                    coefficients[len - 1] = 0.5;
                }
                check(&coefficients);
            }
        }
    }
}
