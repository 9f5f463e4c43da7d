/// Returns, for each position of `numbers`, the largest value up to and including it.
///
/// ```
/// assert_eq!(running_max(&[1, 3, 2]), [1, 3, 3]);
/// assert!(running_max(&[]).is_empty());
/// ```
pub fn running_max(numbers: &[i64]) -> Vec<i64> {
    let mut result = Vec::with_capacity(numbers.len());
    for &number in numbers {
        let best = result.last().map_or(number, |&last: &i64| last.max(number));
        result.push(best);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i64], expected: &[i64]) {
        assert_eq!(running_max(numbers), expected, "running_max({numbers:?})");
    }

    #[test]
    fn examples() {
        check(&[1, 3, 2], &[1, 3, 3]);
        check(&[], &[]);
    }

    #[test]
    fn negative_numbers() {
        check(&[-5, -9, -1, -1, -2], &[-5, -5, -1, -1, -1]);
    }

    #[test]
    fn extremes() {
        check(&[i64::MIN, 0, i64::MAX, 7], &[i64::MIN, 0, i64::MAX, i64::MAX]);
    }
}
