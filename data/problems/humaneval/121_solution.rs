/// Adds up the odd elements of `numbers` that stand at even positions.
///
/// Positions are counted from 0: the first, third, fifth ... element is looked
/// at. Of these, the odd numbers are added; even numbers (among them 0) are
/// left out. A negative number is odd when it is not a multiple of two.
///
/// The result is 0 when nothing is added, for an empty slice too. The absolute
/// values of all elements together fit in an `i64`, so that no overflow can
/// occur.
///
/// # Examples
///
/// ```
/// assert_eq!(solution(&[9, 3, 4, 1, 5]), 14);
/// assert_eq!(solution(&[2, 7, 6]), 0);
/// assert_eq!(solution(&[-3, 0, 1]), -2);
/// ```
pub fn solution(numbers: &[i64]) -> i64 {
    let mut sum = 0;
    for &n in numbers.iter().step_by(2) {
        if n % 2 != 0 {
            sum += n;
        }
    }
    sum
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

    fn check(numbers: &[i64], expected: i64) {
        let got = solution(numbers);
        assert_eq!(got, expected, "solution({numbers:?})");
    }

    #[test]
    fn examples() {
        check(&[9, 3, 4, 1, 5], 14);
        check(&[2, 7, 6], 0);
        check(&[-3, 0, 1], -2);
    }

    #[test]
    fn short_slices() {
        check(&[], 0);
        check(&[1], 1);
        check(&[2], 0);
        check(&[0], 0);
        check(&[4, 5], 0);
        check(&[5, 4], 5);
        check(&[5, 7], 5);
        check(&[6, 8, 9], 9);
    }

    #[test]
    fn each_position_by_itself() {
        for at in 0..10 {
            let mut numbers = [0; 10];
            numbers[at] = 11;
            check(&numbers, if at % 2 == 0 { 11 } else { 0 });
            numbers[at] = 12;
            check(&numbers, 0);
        }
    }

    #[test]
    fn negative_and_large_numbers() {
        check(&[-1], -1);
        check(&[-2], 0);
        check(&[-5, -7, -9, -11], -14);
        check(&[-5, 2, 5], 0);
        check(&[i64::MAX], i64::MAX);
        check(&[-i64::MAX], -i64::MAX);
        check(&[1 << 40, 3, (1 << 40) + 1], (1 << 40) + 1);
    }

    #[test]
    fn agrees_with_known_sums() {
        let mut rng = Lcg(121);
        for _ in 0..600 {
            let mut numbers = Vec::new();
            let mut expected = 0;
            for _ in 0..rng.below(6) {
                let half = rng.below(41) as i64 - 20;
                if rng.below(2) == 0 {
                    numbers.push(2 * half);
                } else {
                    numbers.push(2 * half + 1);
                    expected += 2 * half + 1;
                }
                numbers.push(rng.below(100) as i64);
            }
            if rng.below(2) == 0 {
                numbers.pop();
            }
            // The last pair may have lost its second element, which never counts.
            check(&numbers, expected);
        }
    }

    #[test]
    fn long_slice() {
        let numbers: Vec<i64> = (0..100_000).map(|i| i / 2).collect();
        let got = solution(&numbers);
        assert_eq!(got, 625_000_000, "[0, 0, 1, 1, .. 49999, 49999]");
    }
}
