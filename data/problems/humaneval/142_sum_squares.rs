/// Adds up the elements of `numbers`, some of them squared or cubed first.
///
/// With positions counted from 0:
/// - at a position that is a multiple of 3 the element is squared (position 0
///   is a multiple of 3),
/// - at a position that is a multiple of 4, but not of 3, it is cubed,
/// - at every other position it is taken as it is.
///
/// An empty slice gives 0. The elements are small enough that the result and
/// all intermediate sums, in any order, fit in an `i64`.
///
/// # Examples
///
/// ```
/// assert_eq!(sum_squares(&[5, 1, 1, 2, 2]), 39); // 25 + 1 + 1 + 4 + 8
/// assert_eq!(sum_squares(&[-3, -4]), 5); // 9 - 4
/// assert_eq!(sum_squares(&[]), 0);
/// ```
pub fn sum_squares(numbers: &[i64]) -> i64 {
    let mut sum = 0;
    for (i, &n) in numbers.iter().enumerate() {
        sum += if i % 3 == 0 {
            n * n
        } else if i % 4 == 0 {
            n * n * n
        } else {
            n
        };
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
        let got = sum_squares(numbers);
        assert_eq!(got, expected, "sum_squares({numbers:?})");
    }

    /// The exponents repeat after twelve positions.
    const EXPONENTS: [u32; 12] = [2, 1, 1, 2, 3, 1, 2, 1, 3, 2, 1, 1];

    #[test]
    fn examples() {
        check(&[5, 1, 1, 2, 2], 39);
        check(&[-3, -4], 5);
        check(&[], 0);
    }

    #[test]
    fn one_element() {
        check(&[0], 0);
        check(&[1], 1);
        check(&[-1], 1);
        check(&[7], 49);
        check(&[-7], 49);
    }

    #[test]
    fn each_position_by_itself() {
        for at in 0..40 {
            for n in [5, -5] {
                let mut numbers = vec![0i64; at + 1];
                numbers[at] = n;
                check(&numbers, n.pow(EXPONENTS[at % 12]));
                numbers.extend([0, 0, 0]);
                check(&numbers, n.pow(EXPONENTS[at % 12]));
            }
        }
    }

    #[test]
    fn all_the_same() {
        check(&[2; 12], 4 * 4 + 2 * 8 + 6 * 2);
        check(&[-2; 12], 4 * 4 - 2 * 8 - 6 * 2);
        check(&[2; 13], 5 * 4 + 2 * 8 + 6 * 2);
        check(&[1; 30], 30);
        check(&[10; 9], 300 + 2_000 + 40);
    }

    #[test]
    fn agrees_with_the_table_of_exponents() {
        let mut rng = Lcg(142);
        for _ in 0..500 {
            let numbers: Vec<i64> = (0..rng.below(30))
                .map(|_| rng.below(201) as i64 - 100)
                .collect();
            let powers = numbers.iter().zip(EXPONENTS.iter().cycle());
            let expected = powers.map(|(n, &exponent)| n.pow(exponent)).sum();
            check(&numbers, expected);
        }
    }

    #[test]
    fn long_slice() {
        let got = sum_squares(&vec![-10; 120_000]);
        assert_eq!(got, 10_000 * (400 - 2_000 - 60), "120000 times -10");
    }
}
