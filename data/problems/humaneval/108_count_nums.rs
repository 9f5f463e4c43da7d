/// Counts the values whose sum of signed digits is greater than 0.
///
/// For a negative value the first decimal digit counts as negative and the others as positive:
/// the digits of -123 are -1, 2 and 3 with the sum 4. For all other values every digit counts as
/// positive, so 0 has the sum 0. Any `i64` may occur, `i64::MIN` included.
///
/// # Examples
///
/// ```
/// assert_eq!(count_nums(&[-123, -31, 50]), 2);
/// assert_eq!(count_nums(&[0, -4, -22]), 0);
/// ```
pub fn count_nums(values: &[i64]) -> usize {
    values
        .iter()
        .filter(|&&value| signed_digit_sum(value) > 0)
        .count()
}

fn signed_digit_sum(value: i64) -> i64 {
    let mut rest = value;
    let mut sum = 0;
    // Digits of a negative value come out negative, so all but the first change their sign.
    while rest / 10 != 0 {
        sum += (rest % 10).abs();
        rest /= 10;
    }
    sum + rest
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

    fn check(values: &[i64], expected: usize) {
        assert_eq!(count_nums(values), expected, "count_nums({values:?})");
    }

    #[test]
    fn examples() {
        check(&[-123, -31, 50], 2);
        check(&[0, -4, -22], 0);
    }

    #[test]
    fn zero_and_positive_values() {
        check(&[], 0);
        check(&[0], 0);
        check(&[1], 1);
        check(&[9, 10, 11, 99, 100, i64::MAX], 6);
        check(&[5, 0, 5, 0, 5], 3);
        check(&[5, 5, 0, 0, 7], 3);
    }

    #[test]
    fn negative_values_alone() {
        let positive = [
            -12, -19, -23, -89, -102, -109, -111, -1_002, -10_002, -9_055,
        ];
        for value in positive {
            check(&[value], 1);
        }
        let others = [
            -1, -9, -10, -11, -21, -99, -100, -101, -110, -200, -202, -1_001, -9_054,
        ];
        for value in others {
            check(&[value], 0);
        }
    }

    #[test]
    fn first_digit_against_the_others() {
        // Oracle: the first digit d is outweighed when the sum of the others is greater.
        for first in 1..10 {
            for second in 0..10 {
                for third in 0..10 {
                    let value = -(100 * first + 10 * second + third);
                    check(&[value], usize::from(second + third > first));
                }
                check(&[-(10 * first + second)], usize::from(second > first));
            }
        }
    }

    #[test]
    fn extreme_values() {
        check(&[i64::MIN], 1);
        check(&[i64::MIN, i64::MAX, i64::MIN + 1], 3);
        check(&[-9_000_000_000_000_000_009], 0);
        check(&[-9_000_000_000_000_000_019], 1);
        check(&[-8_000_000_000_000_000_009], 1);
        check(&[-1_000_000_000_000_000_000], 0);
    }

    #[test]
    fn agrees_with_the_written_values() {
        let mut lcg = Lcg(108);
        for _ in 0..300 {
            let mut values = Vec::new();
            let mut expected = 0;
            for _ in 0..lcg.below(6) {
                let size = [10, 100, 1_000, 100_000, 1 << 30][lcg.below(5) as usize];
                let value = lcg.below(2 * size) as i64 - size as i64;
                let digits: Vec<i32> = value
                    .to_string()
                    .bytes()
                    .filter(u8::is_ascii_digit)
                    .map(|byte| i32::from(byte - b'0'))
                    .collect();
                let mut sum: i32 = digits.iter().sum();
                if value < 0 {
                    sum -= 2 * digits[0];
                }
                if sum > 0 {
                    expected += 1;
                }
                values.push(value);
            }
            check(&values, expected);
        }
    }

    #[test]
    fn long_list() {
        let values: Vec<i64> = (1..=20_000).collect();
        assert_eq!(count_nums(&values), 20_000, "1, 2, ..., 20_000");
    }
}
