/// Tells whether `a`, `b` and `c` are the sides of a right-angled triangle.
///
/// They are if none of them is 0 and the square of the longest side equals the
/// sum of the squares of the two other sides. The sides may be given in any
/// order, so that each of the three may be the longest.
///
/// Any `u32` may be given. Mind that the squares do not fit in a `u32`, and
/// that the sum of two squares may not even fit in a `u64`.
///
/// # Examples
///
/// ```
/// assert!(right_angle_triangle(8, 17, 15)); // 64 + 225 = 289
/// assert!(!right_angle_triangle(4, 5, 6));
/// assert!(!right_angle_triangle(0, 7, 7));
/// ```
pub fn right_angle_triangle(a: u32, b: u32, c: u32) -> bool {
    let mut sides = [a, b, c];
    sides.sort_unstable();
    let [short, middle, long] = sides.map(u128::from);
    short != 0 && short * short + middle * middle == long * long
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small linear congruential generator, so that every run sees the same inputs.
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

    /// Checks all orders of the three sides.
    fn check(a: u32, b: u32, c: u32, expected: bool) {
        for [a, b, c] in [
            [a, b, c],
            [a, c, b],
            [b, a, c],
            [b, c, a],
            [c, a, b],
            [c, b, a],
        ] {
            let got = right_angle_triangle(a, b, c);
            assert_eq!(got, expected, "right_angle_triangle({a}, {b}, {c})");
        }
    }

    #[test]
    fn examples() {
        check(8, 17, 15, true);
        check(4, 5, 6, false);
        check(0, 7, 7, false);
    }

    #[test]
    fn sides_of_length_zero() {
        check(0, 0, 0, false);
        check(0, 0, 1, false);
        check(0, 1, 1, false);
        check(0, 3, 4, false);
        check(0, u32::MAX, u32::MAX, false);
    }

    #[test]
    fn no_right_angle() {
        check(1, 1, 1, false);
        check(1, 1, 2, false);
        check(2, 2, 3, false);
        check(1, 2, 3, false);
        check(7, 7, 7, false);
        check(1, 10, 10, false);
        check(3, 4, 100, false);
    }

    #[test]
    fn one_unit_off() {
        for [a, b, c] in [
            [3, 4, 5],
            [5, 12, 13],
            [20, 21, 29],
            [9, 40, 41],
            [28, 45, 53],
        ] {
            check(a, b, c, true);
            check(a + 1, b, c, false);
            check(a - 1, b, c, false);
            check(a, b + 1, c, false);
            check(a, b - 1, c, false);
            check(a, b, c + 1, false);
            check(a, b, c - 1, false);
        }
    }

    #[test]
    fn long_sides() {
        let m = 800_000_000;
        check(3 * m, 4 * m, 5 * m, true);
        check(3 * m, 4 * m, 5 * m + 1, false);
        check(3 * m - 1, 4 * m, 5 * m, false);
        // Here both sides of the equation agree in their lowest 32 bits.
        check(1 << 16, 1 << 16, 1 << 17, false);
        check(1 << 31, 1 << 31, 1 << 31, false);
        // The hypotenuse is 1 longer than a leg.
        check(65_535, 2_147_418_112, 2_147_418_113, true);
        check(65_534, 2_147_418_112, 2_147_418_113, false);
        check(u32::MAX, u32::MAX, u32::MAX, false);
        check(u32::MAX, 1, u32::MAX, false);
    }

    #[test]
    fn agrees_with_counting_the_triples_of_small_sides() {
        // The hypotenuse of each pair of legs, looked up among the squares.
        for a in 1..45u32 {
            for b in a..45 {
                let right = (1..65).find(|c| c * c == a * a + b * b);
                for c in b..65 {
                    let got = right_angle_triangle(b, c, a);
                    assert_eq!(got, right == Some(c), "right_angle_triangle({b}, {c}, {a})");
                }
            }
        }
    }

    #[test]
    fn generated_triples() {
        let mut rng = Lcg(157);
        for _ in 0..300 {
            let small = 1 + rng.below(20_000) as u32;
            let large = small + 1 + rng.below(20_000) as u32;
            let leg = large * large - small * small;
            let other = 2 * large * small;
            let long = large * large + small * small;
            check(leg, other, long, true);
            check(leg, other, long + 1, false);
            check(leg + 1, other, long, false);
        }
    }
}
