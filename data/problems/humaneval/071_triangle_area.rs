/// Returns the area of the triangle with the sides `a`, `b` and `c`, rounded to two decimals.
///
/// Three lengths are the sides of a triangle only when each is less than the sum of the other
/// two; otherwise the answer is `None`. So lengths that would lie flat on a line (1, 2 and 3)
/// give `None`, and so does any length that is zero or negative. The arguments are finite. The
/// area is rounded to the nearest hundredth; areas near the middle between two hundredths are
/// not asked, and a result that is off by at most 1e-6 from the rounded area is accepted.
///
/// # Examples
///
/// ```
/// assert_eq!(triangle_area(3.0, 4.0, 5.0), Some(6.0));
/// assert_eq!(triangle_area(2.0, 2.0, 2.0), Some(1.73));
/// assert_eq!(triangle_area(1.0, 3.0, 2.0), None);
/// ```
pub fn triangle_area(a: f64, b: f64, c: f64) -> Option<f64> {
    if a + b <= c || a + c <= b || b + c <= a {
        return None;
    }
    let half = (a + b + c) / 2.0;
    let area = (half * (half - a) * (half - b) * (half - c)).sqrt();
    Some((area * 100.0).round() / 100.0)
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

    const TOLERANCE: f64 = 1e-6;

    fn check(sides: [f64; 3], expected: Option<f64>) {
        let [x, y, z] = sides;
        for [a, b, c] in [
            [x, y, z],
            [x, z, y],
            [y, x, z],
            [y, z, x],
            [z, x, y],
            [z, y, x],
        ] {
            let got = triangle_area(a, b, c);
            let close = match (got, expected) {
                (Some(got), Some(expected)) => (got - expected).abs() <= TOLERANCE,
                (got, expected) => got == expected,
            };
            assert!(
                close,
                "triangle_area({a}, {b}, {c}): expected {expected:?} within {TOLERANCE}, got {got:?}"
            );
        }
    }

    #[test]
    fn examples() {
        check([3.0, 4.0, 5.0], Some(6.0));
        check([2.0, 2.0, 2.0], Some(1.73));
        check([1.0, 3.0, 2.0], None);
    }

    #[test]
    fn triangles() {
        check([1.0, 1.0, 1.0], Some(0.43));
        check([0.5, 0.5, 0.5], Some(0.11));
        check([10.0, 5.0, 7.0], Some(16.25));
        check([2.0, 3.0, 4.0], Some(2.9));
        check([4.0, 13.0, 15.0], Some(24.0));
        check([6.5, 7.25, 3.75], Some(12.15));
        check([100.0, 100.0, 1.0], Some(50.0));
        check([3_000.0, 4_000.0, 5_000.0], Some(6_000_000.0));
    }

    #[test]
    fn flat_or_open_lengths() {
        check([1.0, 2.0, 3.0], None);
        check([0.5, 0.25, 0.25], None);
        check([1.0, 2.0, 10.0], None);
        check([4.0, 4.0, 8.5], None);
    }

    #[test]
    fn zero_and_negative_lengths() {
        check([0.0, 0.0, 0.0], None);
        check([0.0, 5.0, 5.0], None);
        check([-3.0, 4.0, 5.0], None);
        check([-3.0, -4.0, -5.0], None);
        check([-3.0, -4.0, 5.0], None);
    }

    #[test]
    fn just_a_triangle() {
        check([1.0, 2.0, 2.9375], Some(0.42));
        check([1.0, 2.0, 3.0625], None);
    }

    #[test]
    fn agrees_with_the_area_from_corner_points() {
        // Twice the area of a triangle with whole coordinates is a whole number.
        let mut lcg = Lcg(71);
        for _ in 0..300 {
            let mut point = || (lcg.below(20) as f64, lcg.below(20) as f64);
            let (p, q, r) = (point(), point(), point());
            let cross = (q.0 - p.0) * (r.1 - p.1) - (r.0 - p.0) * (q.1 - p.1);
            if cross == 0.0 {
                continue;
            }
            let distance = |u: (f64, f64), v: (f64, f64)| (u.0 - v.0).hypot(u.1 - v.1);
            let sides = [distance(p, q), distance(q, r), distance(r, p)];
            check(sides, Some(cross.abs() / 2.0));
        }
    }
}
