/// Computes the mean absolute deviation of `numbers` around their mean.
///
/// With `m` the arithmetic mean of all numbers, the result is the arithmetic
/// mean of `|x - m|` over all elements `x`. The sum is divided by the number of
/// elements in both cases. An empty slice has no mean, and gives `None`.
///
/// All numbers are finite and at most 1e6 in magnitude; the result is compared
/// with a tolerance of 1e-6.
///
/// # Examples
///
/// ```
/// assert_eq!(mean_absolute_deviation(&[2.0, 4.0, 9.0, 5.0]), Some(2.0));
/// assert_eq!(mean_absolute_deviation(&[8.5]), Some(0.0));
/// assert_eq!(mean_absolute_deviation(&[]), None);
/// ```
pub fn mean_absolute_deviation(numbers: &[f64]) -> Option<f64> {
    if numbers.is_empty() {
        return None;
    }
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let deviations: f64 = numbers.iter().map(|x| (x - mean).abs()).sum();
    Some(deviations / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[f64], expected: f64) {
        let got = mean_absolute_deviation(numbers);
        assert!(
            got.is_some_and(|got| (got - expected).abs() <= 1e-6),
            "mean_absolute_deviation({numbers:?}): expected Some({expected:?}), got {got:?}"
        );
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check(&[2.0, 4.0, 9.0, 5.0], 2.0);
        check(&[8.5], 0.0);
    }

    #[test]
    fn empty_has_no_deviation() {
        let got = mean_absolute_deviation(&[]);
        assert_eq!(got, None, "mean_absolute_deviation(&[])");
    }

    #[test]
    fn no_spread() {
        check(&[0.0], 0.0);
        check(&[-3.0, -3.0], 0.0);
        check(&[1e6, 1e6, 1e6], 0.0);
    }

    #[test]
    fn known_values() {
        check(&[1.0, 2.0], 0.5);
        check(&[2.0, 1.0], 0.5);
        check(&[0.0, 10.0], 5.0);
        check(&[-4.0, 4.0], 4.0);
        check(&[0.0, 0.0, 3.0], 4.0 / 3.0);
        check(&[1.0, 2.0, 3.0, 4.0, 5.0], 1.2);
        check(&[-1e6, 1e6], 1e6);
        check(&[0.0, 0.0, 0.0, 8.0], 3.0);
        check(&[0.0, 8.0, 8.0, 8.0], 3.0);
    }

    #[test]
    fn half_of_it_lies_above_the_mean() {
        // The deviations above and below the mean balance, so the result is
        // twice the sum of those above, divided by the count.
        let mut state = 11;
        for _ in 0..300 {
            let len = 1 + next(&mut state, 8);
            let numbers: Vec<f64> = (0..len)
                .map(|_| next(&mut state, 2001) as f64 / 10.0 - 100.0)
                .collect();
            let mean = numbers.iter().fold(0.0, |sum, x| sum + x) / len as f64;
            let above = numbers.iter().filter(|x| **x > mean);
            let expected = 2.0 * above.fold(0.0, |sum, x| sum + x - mean) / len as f64;
            check(&numbers, expected);
        }
    }

    #[test]
    fn many_numbers() {
        let numbers: Vec<f64> = (0..20_000).map(|i| f64::from(i % 2) * 6.0 + 1.0).collect();
        let got = mean_absolute_deviation(&numbers);
        assert!(
            got.is_some_and(|got| (got - 3.0).abs() <= 1e-6),
            "10000 times 1.0 and 7.0: expected Some(3.0), got {got:?}"
        );
    }
}
