/// Keeps the numbers that are greater than zero.
///
/// They stay in their order, and duplicates are kept. Zero is not positive. If
/// there is no positive number the result is empty.
///
/// # Examples
///
/// ```
/// assert_eq!(get_positive(&[4, -7, 0, 2, 4]), [4, 2, 4]);
/// assert_eq!(get_positive(&[1]), [1]);
/// assert!(get_positive(&[-3, 0]).is_empty());
/// ```
pub fn get_positive(numbers: &[i64]) -> Vec<i64> {
    numbers.iter().copied().filter(|&n| n > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i64], expected: &[i64]) {
        assert_eq!(get_positive(numbers), expected, "get_positive({numbers:?})");
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check(&[4, -7, 0, 2, 4], &[4, 2, 4]);
        check(&[1], &[1]);
        check(&[-3, 0], &[]);
    }

    #[test]
    fn around_zero() {
        check(&[], &[]);
        check(&[0], &[]);
        check(&[-1], &[]);
        check(&[2], &[2]);
        check(&[-2, -1, 0, 1, 2], &[1, 2]);
        check(&[2, 1, 0, -1, -2], &[2, 1]);
    }

    #[test]
    fn extremes() {
        check(&[i64::MAX, i64::MIN], &[i64::MAX]);
        check(&[i64::MIN, -i64::MAX], &[]);
    }

    #[test]
    fn order_and_duplicates() {
        check(&[9, 3, 5, 3], &[9, 3, 5, 3]);
        check(&[-9, 3, 0, 3, -3, 3], &[3, 3, 3]);
    }

    #[test]
    fn positives_mixed_with_others() {
        let mut state = 59;
        for _ in 0..300 {
            let mut numbers = vec![];
            let mut expected = vec![];
            for _ in 0..next(&mut state, 10) {
                let magnitude = next(&mut state, 5) as i64;
                if next(&mut state, 2) == 0 {
                    numbers.push(-magnitude);
                } else {
                    numbers.push(magnitude + 1);
                    expected.push(magnitude + 1);
                }
            }
            check(&numbers, &expected);
        }
    }

    #[test]
    fn long_input() {
        let numbers: Vec<i64> = (-10_000..=10_000).collect();
        let got = get_positive(&numbers);
        let expected: Vec<i64> = (1..=10_000).collect();
        assert!(
            got == expected,
            "-10000 to 10000: expected 1 to 10000, got {} numbers",
            got.len()
        );
    }
}
