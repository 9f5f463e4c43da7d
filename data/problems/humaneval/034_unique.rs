/// Returns the different numbers of the slice in increasing order.
///
/// Every number that occurs, however often, occurs once in the result. An empty
/// slice gives an empty vector.
///
/// # Examples
///
/// ```
/// assert_eq!(unique(&[8, 3, 8, -1, 3]), [-1, 3, 8]);
/// assert_eq!(unique(&[2, 2]), [2]);
/// assert!(unique(&[]).is_empty());
/// ```
pub fn unique(numbers: &[i64]) -> Vec<i64> {
    let mut result = numbers.to_vec();
    result.sort_unstable();
    result.dedup();
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i64], expected: &[i64]) {
        assert_eq!(unique(numbers), expected, "unique({numbers:?})");
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check(&[8, 3, 8, -1, 3], &[-1, 3, 8]);
        check(&[2, 2], &[2]);
        check(&[], &[]);
    }

    #[test]
    fn short_slices() {
        check(&[0], &[0]);
        check(&[0, 0, 0], &[0]);
        check(&[1, 2], &[1, 2]);
        check(&[2, 1], &[1, 2]);
        check(&[1, 2, 1], &[1, 2]);
        check(&[3, 2, 1], &[1, 2, 3]);
    }

    #[test]
    fn signs_and_extremes() {
        check(&[-1, 1, -1, 0], &[-1, 0, 1]);
        check(&[5, -5, 10, -10], &[-10, -5, 5, 10]);
        check(
            &[i64::MAX, i64::MIN, 0, i64::MAX, i64::MIN],
            &[i64::MIN, 0, i64::MAX],
        );
    }

    #[test]
    fn numbers_are_not_sorted_as_text() {
        check(&[10, 9, 100, 1], &[1, 9, 10, 100]);
    }

    #[test]
    fn agrees_with_looking_for_every_number() {
        let mut state = 71;
        for _ in 0..300 {
            let len = next(&mut state, 15);
            let numbers: Vec<i64> = (0..len).map(|_| next(&mut state, 13) as i64 - 6).collect();
            let expected: Vec<i64> = (-6..=6).filter(|n| numbers.contains(n)).collect();
            check(&numbers, &expected);
        }
    }

    #[test]
    fn long_input() {
        let numbers: Vec<i64> = (0..10_000).map(|i| i * 7 % 1000).collect();
        let expected: Vec<i64> = (0..1000).collect();
        assert!(
            unique(&numbers) == expected,
            "0, 7, 14, ... modulo 1000: expected 0 to 999"
        );
    }
}
