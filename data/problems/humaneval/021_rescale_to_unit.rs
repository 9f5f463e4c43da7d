/// Rescales `numbers` linearly so that the smallest becomes 0 and the largest 1.
///
/// Every element `x` becomes `(x - min) / (max - min)`, where `min` and `max`
/// are the smallest and the largest element; the order of the elements is kept.
/// If there are no two different elements (the slice is empty, has one element,
/// or all of them are equal) there is no such scale, and the result is `None`.
///
/// All numbers are finite and at most 1e6 in magnitude; the results are compared
/// with a tolerance of 1e-9.
///
/// # Examples
///
/// ```
/// assert_eq!(rescale_to_unit(&[10.0, 30.0, 15.0]), Some(vec![0.0, 1.0, 0.25]));
/// assert_eq!(rescale_to_unit(&[4.0, -4.0]), Some(vec![1.0, 0.0]));
/// assert_eq!(rescale_to_unit(&[6.0, 6.0]), None);
/// ```
pub fn rescale_to_unit(numbers: &[f64]) -> Option<Vec<f64>> {
    let min = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let max = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if min >= max {
        return None;
    }
    let rescaled = numbers.iter().map(|x| (x - min) / (max - min));
    Some(rescaled.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[f64], expected: &[f64]) {
        let got = rescale_to_unit(numbers);
        let close = got.as_ref().is_some_and(|got| {
            let mut pairs = got.iter().zip(expected);
            got.len() == expected.len() && pairs.all(|(x, y)| (x - y).abs() <= 1e-9)
        });
        assert!(
            close,
            "rescale_to_unit({numbers:?}): expected Some({expected:?}), got {got:?}"
        );
    }

    fn check_none(numbers: &[f64]) {
        assert_eq!(
            rescale_to_unit(numbers),
            None,
            "rescale_to_unit({numbers:?})"
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
        check(&[10.0, 30.0, 15.0], &[0.0, 1.0, 0.25]);
        check(&[4.0, -4.0], &[1.0, 0.0]);
        check_none(&[6.0, 6.0]);
    }

    #[test]
    fn no_two_different_elements() {
        check_none(&[]);
        check_none(&[0.0]);
        check_none(&[1.0]);
        check_none(&[-2.5]);
        check_none(&[0.0, 0.0]);
        check_none(&[-1.0, -1.0, -1.0]);
    }

    #[test]
    fn known_values() {
        check(&[0.0, 1.0], &[0.0, 1.0]);
        check(&[1.0, 0.0], &[1.0, 0.0]);
        check(&[5.0, 7.0], &[0.0, 1.0]);
        check(&[1.0, 2.0, 3.0, 4.0, 5.0], &[0.0, 0.25, 0.5, 0.75, 1.0]);
        check(&[-6.0, -2.0, -5.0], &[0.0, 1.0, 0.25]);
        check(&[100.0, 300.0, 300.0, 100.0], &[0.0, 1.0, 1.0, 0.0]);
        check(&[-1e6, 0.0, 1e6], &[0.0, 0.5, 1.0]);
        check(&[2.0, 2.25, 2.125], &[0.0, 1.0, 0.5]);
    }

    #[test]
    fn numbers_built_from_their_scaled_values() {
        let mut state = 43;
        for _ in 0..300 {
            let mut scaled: Vec<f64> = (0..next(&mut state, 6))
                .map(|_| next(&mut state, 1001) as f64 / 1000.0)
                .collect();
            for end in [0.0, 1.0] {
                let at = next(&mut state, scaled.len() as u64 + 1) as usize;
                scaled.insert(at, end);
            }
            let low = next(&mut state, 201) as f64 - 100.0;
            let width = 1.0 + next(&mut state, 50) as f64;
            let numbers: Vec<f64> = scaled
                .iter()
                .map(|t| t * (low + width) + (1.0 - t) * low)
                .collect();
            check(&numbers, &scaled);
        }
    }

    #[test]
    fn long_input() {
        let numbers: Vec<f64> = (0..=10_000).map(|i| f64::from(i) - 5000.0).collect();
        let got = rescale_to_unit(&numbers).unwrap_or_default();
        let exact = got
            .iter()
            .enumerate()
            .all(|(i, x)| (x * 10_000.0 - i as f64).abs() < 1e-4);
        assert!(
            got.len() == 10_001 && exact,
            "-5000 to 5000 in steps of 1: expected 0 to 1 in steps of 0.0001"
        );
    }
}
