/// Tells whether the product of two fractions is a whole number.
///
/// Each fraction is written as `numerator/denominator`: two numbers in decimal
/// ASCII digits with a `'/'` between them, without blanks or signs. All numerators
/// and denominators lie between 1 and 1_000_000_000, both included. A fraction
/// need not be in lowest terms, and may be greater than 1 or whole itself.
///
/// # Examples
///
/// ```
/// assert!(simplify("3/4", "8/3")); // 2
/// assert!(!simplify("3/4", "2/3")); // 1/2
/// assert!(simplify("6/4", "10/5")); // 3
/// ```
pub fn simplify(x: &str, n: &str) -> bool {
    parse(x)
        .zip(parse(n))
        .is_some_and(|((a, b), (c, d))| (a * c) % (b * d) == 0)
}

fn parse(fraction: &str) -> Option<(i64, i64)> {
    let (numerator, denominator) = fraction.split_once('/')?;
    Some((numerator.parse().ok()?, denominator.parse().ok()?))
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

    fn check(x: &str, n: &str, expected: bool) {
        let got = simplify(x, n);
        assert_eq!(got, expected, "simplify({x:?}, {n:?})");
        let got = simplify(n, x);
        assert_eq!(got, expected, "simplify({n:?}, {x:?})");
    }

    #[test]
    fn examples() {
        check("3/4", "8/3", true);
        check("3/4", "2/3", false);
        check("6/4", "10/5", true);
    }

    #[test]
    fn ones_and_whole_numbers() {
        check("1/1", "1/1", true);
        check("1/2", "1/1", false);
        check("2/1", "1/1", true);
        check("7/1", "1/7", true);
        check("7/1", "1/14", false);
        check("7/1", "2/14", true);
        check("4/2", "9/3", true);
    }

    #[test]
    fn just_off_a_whole_number() {
        check("5/6", "6/5", true);
        check("5/6", "7/5", false);
        check("5/6", "6/4", false);
        check("5/7", "6/5", false);
        check("4/6", "6/5", false);
        check("1/3", "1/3", false);
        check("3/2", "3/2", false);
        check("9/2", "1/3", false);
    }

    #[test]
    fn several_digits() {
        check("12/35", "70/24", true);
        check("12/35", "70/25", false);
        check("100/10", "10/100", true);
        check("1000/7", "49/10", true);
        check("1000/7", "49/11", false);
    }

    #[test]
    fn numbers_at_the_limit() {
        let limit = "1000000000/1000000000";
        check(limit, limit, true);
        check("1/1000000000", "1/1000000000", false);
        check("1000000000/1", "1000000000/1", true);
        check("999999999/1000000000", "1000000000/999999999", true);
        check("999999999/1000000000", "1000000000/999999998", false);
        check("999999937/1000000000", "1000000000/999999937", true);
    }

    #[test]
    fn agrees_with_adding_up_unit_fractions() {
        // The product is whole when some multiple of its denominator, built by
        // adding, is exactly its numerator.
        let mut rng = Lcg(144);
        for _ in 0..1000 {
            let [a, b, c, d] = [(); 4].map(|()| 1 + rng.below(12));
            let (over, under) = (a * c, b * d);
            let mut multiple = 0;
            while multiple < over {
                multiple += under;
            }
            check(&format!("{a}/{b}"), &format!("{c}/{d}"), multiple == over);
        }
    }
}
