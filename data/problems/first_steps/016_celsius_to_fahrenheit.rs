/// Converts degrees Celsius to degrees Fahrenheit: multiply by 9, divide by 5, add 32.
/// The result may differ from the exact value by at most 1e-9.
///
/// # Examples
///
/// ```
/// assert_eq!(celsius_to_fahrenheit(0.0), 32.0);
/// assert_eq!(celsius_to_fahrenheit(100.0), 212.0);
/// ```
pub fn celsius_to_fahrenheit(celsius: f64) -> f64 {
    celsius * 9.0 / 5.0 + 32.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(celsius: f64, expected: f64) {
        let got = celsius_to_fahrenheit(celsius);
        assert!(
            (got - expected).abs() <= 1e-9,
            "celsius_to_fahrenheit({celsius}): expected {expected}, got {got}"
        );
    }

    #[test]
    fn examples() {
        check(0.0, 32.0);
        check(100.0, 212.0);
    }

    #[test]
    fn known_points() {
        check(37.0, 98.6);
        check(-40.0, -40.0);
        check(-273.15, -459.67);
        check(0.5, 32.9);
        check(10.0, 50.0);
    }

    #[test]
    fn five_degrees_are_nine() {
        for step in -50..=200 {
            check(5.0 * f64::from(step), f64::from(9 * step + 32));
        }
    }
}
