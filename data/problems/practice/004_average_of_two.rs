/// Returns the average of `a` and `b`, which is half of their sum. Both are between -1e6
/// and 1e6. The result may be off by at most 1e-9.
///
/// # Examples
///
/// ```
/// assert_eq!(average_of_two(2.0, 4.0), 3.0);
/// assert_eq!(average_of_two(1.0, 2.0), 1.5);
/// assert_eq!(average_of_two(-3.0, 3.0), 0.0);
/// ```
pub fn average_of_two(a: f64, b: f64) -> f64 {
    (a + b) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: f64, b: f64, expected: f64) {
        let got = average_of_two(a, b);
        assert!(
            (got - expected).abs() <= 1e-9,
            "average_of_two({a}, {b}): expected {expected}, got {got}"
        );
    }

    #[test]
    fn examples() {
        check(2.0, 4.0, 3.0);
        check(1.0, 2.0, 1.5);
        check(-3.0, 3.0, 0.0);
    }

    #[test]
    fn equal_and_zero() {
        check(0.0, 0.0, 0.0);
        check(7.25, 7.25, 7.25);
        check(0.0, 5.0, 2.5);
        check(5.0, 0.0, 2.5);
    }

    #[test]
    fn fractions_and_signs() {
        check(0.5, 0.25, 0.375);
        check(-8.5, -1.5, -5.0);
        check(-1.0, 4.0, 1.5);
        check(4.0, -1.0, 1.5);
    }

    #[test]
    fn large() {
        check(1e6, -1e6, 0.0);
        check(1e6, 1e6, 1e6);
        check(250.0, 1_250.5, 750.25);
    }
}
