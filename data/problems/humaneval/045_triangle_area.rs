/// Computes the area of a triangle from a side and the height above it.
///
/// `a` is the length of the side and `h` the height of the opposite corner over
/// that side. Both are finite, not negative and at most 1000; if either is 0 the
/// area is 0. The result is compared with a tolerance of 1e-9.
///
/// # Examples
///
/// ```
/// assert_eq!(triangle_area(6.0, 4.0), 12.0);
/// assert_eq!(triangle_area(1.0, 2.5), 1.25);
/// ```
pub fn triangle_area(a: f64, h: f64) -> f64 {
    a * h / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: f64, h: f64, expected: f64) {
        let got = triangle_area(a, h);
        assert!(
            (got - expected).abs() <= 1e-9,
            "triangle_area({a:?}, {h:?}): expected {expected:?}, got {got:?}"
        );
    }

    #[test]
    fn examples() {
        check(6.0, 4.0, 12.0);
        check(1.0, 2.5, 1.25);
    }

    #[test]
    fn no_area() {
        check(0.0, 0.0, 0.0);
        check(0.0, 7.0, 0.0);
        check(7.0, 0.0, 0.0);
    }

    #[test]
    fn known_values() {
        check(1.0, 1.0, 0.5);
        check(2.0, 1.0, 1.0);
        check(1.0, 2.0, 1.0);
        check(3.0, 5.0, 7.5);
        check(5.0, 3.0, 7.5);
        check(0.5, 0.5, 0.125);
        check(0.1, 0.2, 0.01);
        check(1000.0, 1000.0, 500_000.0);
    }

    #[test]
    fn half_of_the_rectangle() {
        for a in 0..30u32 {
            for h in 0..30u32 {
                // Twice the area, counted in unit squares.
                let squares: u32 = (0..a).map(|_| h).sum();
                check(f64::from(a), f64::from(h), f64::from(squares) * 0.5);
            }
        }
    }
}
