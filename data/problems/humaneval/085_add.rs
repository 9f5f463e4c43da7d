/// Adds up the even values that stand at odd indices.
///
/// Indices start at 0, so the values at the indices 1, 3, 5 and so on are looked at, and those
/// of them that are divisible by 2, negative ones and zero included, are added. The sum is 0 when
/// there are none. It fits in an `i64`, and so does every sum of some of the values.
///
/// # Examples
///
/// ```
/// assert_eq!(add(&[8, 4, 8, 3, 8, -10]), -6);
/// assert_eq!(add(&[2]), 0);
/// ```
pub fn add(values: &[i64]) -> i64 {
    let mut sum = 0;
    for value in values.iter().skip(1).step_by(2) {
        if value % 2 == 0 {
            sum += value;
        }
    }
    sum
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

    fn check(values: &[i64], expected: i64) {
        assert_eq!(add(values), expected, "add({values:?})");
    }

    #[test]
    fn examples() {
        check(&[8, 4, 8, 3, 8, -10], -6);
        check(&[2], 0);
    }

    #[test]
    fn short_lists() {
        check(&[], 0);
        check(&[4], 0);
        check(&[4, 6], 6);
        check(&[4, 7], 0);
        check(&[4, 6, 8], 6);
        check(&[4, 6, 8, 10], 16);
        check(&[3, 5, 7, 9], 0);
    }

    #[test]
    fn one_place_at_a_time() {
        for at in 0..10 {
            for value in [1_000i64, 1_001, 1_003, -1_000, -1_001, -1_003] {
                let mut values = [0; 10];
                values[at] = value;
                let counts = [1, 3, 5, 7, 9].contains(&at) && value.abs() == 1_000;
                check(&values, if counts { value } else { 0 });
            }
        }
    }

    #[test]
    fn negative_and_extreme_values() {
        check(&[1, -2, 1, -4], -6);
        check(&[1, -3, 1, -5], 0);
        check(&[0, i64::MAX], 0);
        check(&[0, i64::MAX - 1], i64::MAX - 1);
        check(&[0, i64::MIN], i64::MIN);
    }

    #[test]
    fn random_lists() {
        let mut lcg = Lcg(85);
        for _ in 0..300 {
            let mut values = Vec::new();
            let mut expected = 0;
            for _ in 0..lcg.below(7) {
                let half = lcg.below(50) as i64 - 25;
                let odd = lcg.below(2) as i64;
                values.push(lcg.below(100) as i64 - 50);
                values.push(2 * half + odd);
                expected += 2 * half * (1 - odd);
            }
            check(&values, expected);
            values.push(2 * lcg.below(50) as i64);
            check(&values, expected);
        }
    }

    #[test]
    fn long_list() {
        let values: Vec<i64> = (1..=100_000).collect();
        assert_eq!(add(&values), 2_500_050_000, "1, 2, ..., 100_000");
    }
}
