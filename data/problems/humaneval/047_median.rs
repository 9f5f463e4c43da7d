/// Returns the median of `numbers`.
///
/// With the numbers in sorted order, that is the one in the middle if their
/// count is odd, and the mean of the two in the middle if it is even. The slice
/// itself need not be sorted, and equal numbers count separately. An empty slice
/// has no median and gives `None`.
///
/// All numbers are finite and at most 1e6 in magnitude; the result is compared
/// with a tolerance of 1e-9.
///
/// # Examples
///
/// ```
/// assert_eq!(median(&[9.0, 1.0, 4.0]), Some(4.0));
/// assert_eq!(median(&[9.0, 1.0, 4.0, 7.0]), Some(5.5));
/// assert_eq!(median(&[]), None);
/// ```
pub fn median(numbers: &[f64]) -> Option<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    let upper = sorted.get(half)?;
    if sorted.len() % 2 == 1 {
        Some(*upper)
    } else {
        Some((sorted[half - 1] + upper) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[f64], expected: f64) {
        let got = median(numbers);
        assert!(
            got.is_some_and(|got| (got - expected).abs() <= 1e-9),
            "median({numbers:?}): expected Some({expected:?}), got {got:?}"
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
        check(&[9.0, 1.0, 4.0], 4.0);
        check(&[9.0, 1.0, 4.0, 7.0], 5.5);
    }

    #[test]
    fn empty_has_no_median() {
        assert_eq!(median(&[]), None, "median(&[])");
    }

    #[test]
    fn short_slices() {
        check(&[0.0], 0.0);
        check(&[-2.5], -2.5);
        check(&[1.0, 2.0], 1.5);
        check(&[2.0, 1.0], 1.5);
        check(&[-4.0, 10.0], 3.0);
        check(&[3.0, 3.0], 3.0);
        check(&[5.0, 0.0, 100.0], 5.0);
    }

    #[test]
    fn neither_mean_nor_middle_position() {
        check(&[1.0, 2.0, 90.0, 3.0, 4.0], 3.0);
        check(&[50.0, 1.0, 2.0, 60.0, 70.0, 3.0], 26.5);
        check(&[8.0, 8.0, 1.0, 8.0], 8.0);
        check(&[1.0, 1.0, 8.0, 1.0, 8.0], 1.0);
        check(&[10.0, 9.0, 100.0, 1.0], 9.5);
        check(&[-1.0, -3.0, -2.0], -2.0);
        check(&[-1e6, 1e6, 1e6, -1e6], 0.0);
    }

    #[test]
    fn agrees_with_dropping_the_extremes() {
        let mut state = 101;
        for round in 0..300 {
            let len = 1 + round % 11;
            let numbers: Vec<f64> = (0..len)
                .map(|_| next(&mut state, 401) as f64 / 2.0 - 100.0)
                .collect();
            let mut left = numbers.clone();
            while left.len() > 2 {
                for sign in [1.0, -1.0] {
                    let extreme = left.iter().map(|x| sign * x).fold(f64::MIN, f64::max);
                    let at = left.iter().position(|x| sign * x == extreme).unwrap();
                    left.swap_remove(at);
                }
            }
            check(&numbers, left.iter().sum::<f64>() / left.len() as f64);
        }
    }

    #[test]
    fn long_input() {
        let numbers: Vec<f64> = (0..5000).map(|i| f64::from(i * 7 % 5000)).collect();
        let got = median(&numbers);
        assert_eq!(got, Some(2499.5), "0 to 4999 in another order");
    }
}
