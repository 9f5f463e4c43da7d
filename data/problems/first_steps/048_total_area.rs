/// Anything that covers an area.
pub trait Shape {
    /// The area, never negative.
    fn area(&self) -> f64;
}

/// Returns the sum of the areas of all shapes, 0 if there are none.
/// The result may differ from the exact sum by at most 1e-9.
///
/// # Examples
///
/// ```
/// struct Square(f64);
///
/// impl Shape for Square {
///     fn area(&self) -> f64 {
///         self.0 * self.0
///     }
/// }
///
/// assert_eq!(total_area(&[Box::new(Square(2.0)), Box::new(Square(3.0))]), 13.0);
/// assert_eq!(total_area(&[]), 0.0);
/// ```
pub fn total_area(shapes: &[Box<dyn Shape>]) -> f64 {
    let mut total = 0.0;
    for shape in shapes {
        total += shape.area();
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Square(f64);

    impl Shape for Square {
        fn area(&self) -> f64 {
            self.0 * self.0
        }
    }

    struct Triangle {
        base: f64,
        height: f64,
    }

    impl Shape for Triangle {
        fn area(&self) -> f64 {
            self.base * self.height / 2.0
        }
    }

    fn square(side: f64) -> Box<dyn Shape> {
        Box::new(Square(side))
    }

    fn triangle(base: f64, height: f64) -> Box<dyn Shape> {
        Box::new(Triangle { base, height })
    }

    fn check(shapes: &[Box<dyn Shape>], expected: f64) {
        let got = total_area(shapes);
        let areas: Vec<f64> = shapes.iter().map(|shape| shape.area()).collect();
        assert!(
            (got - expected).abs() <= 1e-9,
            "total_area of shapes with areas {areas:?}: expected {expected}, got {got}"
        );
    }

    #[test]
    fn examples() {
        check(&[square(2.0), square(3.0)], 13.0);
        check(&[], 0.0);
    }

    #[test]
    fn one_shape() {
        check(&[square(1.5)], 2.25);
        check(&[triangle(3.0, 5.0)], 7.5);
        check(&[square(0.0)], 0.0);
    }

    #[test]
    fn mixed_shapes() {
        check(&[square(1.0), triangle(2.0, 2.0), square(0.5)], 3.25);
        check(
            &[triangle(0.5, 0.5), square(10.0), triangle(1.0, 1.0)],
            100.625,
        );
        check(&[square(0.1), square(0.1), square(0.1)], 0.03);
    }

    #[test]
    fn many_shapes() {
        let shapes: Vec<Box<dyn Shape>> = (1..=100).map(|n| square(f64::from(n))).collect();
        check(&shapes, 338_350.0);
    }
}
