/// Returns, for every position of `numbers`, the largest element seen so far.
///
/// Element `i` of the result is the maximum of `numbers[0]` to `numbers[i]`,
/// both included. The result is as long as the input; an empty slice gives an
/// empty vector.
///
/// # Examples
///
/// ```
/// assert_eq!(rolling_max(&[4, 1, 4, 9, 6]), [4, 4, 4, 9, 9]);
/// assert_eq!(rolling_max(&[-8, -9, -3]), [-8, -8, -3]);
/// assert!(rolling_max(&[]).is_empty());
/// ```
pub fn rolling_max(numbers: &[i64]) -> Vec<i64> {
    let mut result: Vec<i64> = Vec::new();
    for &number in numbers {
        let largest = result.last().map_or(number, |&last| number.max(last));
        result.push(largest);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i64], expected: &[i64]) {
        assert_eq!(rolling_max(numbers), expected, "rolling_max({numbers:?})");
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check(&[4, 1, 4, 9, 6], &[4, 4, 4, 9, 9]);
        check(&[-8, -9, -3], &[-8, -8, -3]);
        check(&[], &[]);
    }

    #[test]
    fn one_element() {
        check(&[0], &[0]);
        check(&[-5], &[-5]);
        check(&[i64::MIN], &[i64::MIN]);
        check(&[i64::MAX], &[i64::MAX]);
    }

    #[test]
    fn rising_falling_flat() {
        check(&[1, 2, 3, 4], &[1, 2, 3, 4]);
        check(&[4, 3, 2, 1], &[4, 4, 4, 4]);
        check(&[2, 2, 2], &[2, 2, 2]);
        check(&[-1, -2, -3], &[-1, -1, -1]);
        check(&[1, 3, 2, 3, 4, 0], &[1, 3, 3, 3, 4, 4]);
        check(&[0, 1, 0, 2, 0], &[0, 1, 1, 2, 2]);
    }

    #[test]
    fn extremes() {
        check(&[i64::MIN, i64::MIN, 0], &[i64::MIN, i64::MIN, 0]);
        check(&[0, i64::MAX, i64::MIN], &[0, i64::MAX, i64::MAX]);
    }

    #[test]
    fn every_entry_is_the_tightest_upper_bound() {
        let mut state = 23;
        for _ in 0..300 {
            let len = 1 + next(&mut state, 10) as usize;
            let numbers: Vec<i64> = (0..len).map(|_| next(&mut state, 19) as i64 - 9).collect();
            let got = rolling_max(&numbers);
            assert_eq!(got.len(), len, "length of rolling_max({numbers:?})");
            for (i, bound) in got.iter().enumerate() {
                let seen = &numbers[..=i];
                assert!(
                    seen.contains(bound) && seen.iter().all(|x| x <= bound),
                    "rolling_max({numbers:?})[{i}] is {bound}, expected the maximum of {seen:?}"
                );
            }
        }
    }

    #[test]
    fn long_input() {
        let numbers: Vec<i64> = (0..2000).map(|i| i ^ 1).collect();
        let expected: Vec<i64> = (0..2000).map(|i| i | 1).collect();
        assert!(
            rolling_max(&numbers) == expected,
            "1, 0, 3, 2, 5, 4, ..., 1999, 1998: expected 1, 1, 3, 3, ..., 1999, 1999"
        );
    }
}
