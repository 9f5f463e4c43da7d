/// Reports whether two elements of `numbers`, taken from different positions,
/// lie less than `threshold` apart.
///
/// Two elements `a` and `b` count as close when `|a - b| < threshold`, with the
/// difference computed in `f64`. The comparison is strict: a distance of
/// exactly `threshold` is not close. Equal values at different positions have
/// distance 0 and are therefore close for every positive threshold. The two
/// elements need not be neighbours in the slice.
///
/// With fewer than two elements the answer is `false`, and so it is whenever
/// `threshold` is zero or negative. All numbers, and the threshold, are finite.
///
/// # Examples
///
/// ```
/// assert_eq!(has_close_elements(&[4.0, 9.5, 4.25], 0.5), true);
/// assert_eq!(has_close_elements(&[4.0, 9.5, 4.25], 0.25), false);
/// assert_eq!(has_close_elements(&[7.0], 100.0), false);
/// ```
pub fn has_close_elements(numbers: &[f64], threshold: f64) -> bool {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.windows(2).any(|pair| pair[1] - pair[0] < threshold)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[f64], threshold: f64, expected: bool) {
        assert_eq!(
            has_close_elements(numbers, threshold),
            expected,
            "has_close_elements({numbers:?}, {threshold:?})"
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
        check(&[4.0, 9.5, 4.25], 0.5, true);
        check(&[4.0, 9.5, 4.25], 0.25, false);
        check(&[7.0], 100.0, false);
    }

    #[test]
    fn too_few_elements() {
        check(&[], 1.0, false);
        check(&[], 0.0, false);
        check(&[0.0], 1.0, false);
        check(&[1.0, 1.0], 1.0, true);
    }

    #[test]
    fn threshold_is_strict() {
        check(&[1.0, 2.0], 1.0, false);
        check(&[2.0, 1.0], 1.0, false);
        check(&[1.0, 2.0], 1.0000001, true);
        check(&[2.0, 1.0], 1.0000001, true);
        check(&[3.0, 3.0], 0.0, false);
        check(&[3.0, 3.0], -1.0, false);
        check(&[3.0, 8.0], -1.0, false);
        check(&[8.0, 3.0], -1.0, false);
        check(&[3.0, 3.0], 1e-300, true);
        check(&[0.0, -0.0], 1e-300, true);
        check(&[0.0, -0.0], 0.0, false);
    }

    #[test]
    fn close_pair_anywhere() {
        check(&[10.0, 20.0, 30.0, 40.0, 11.0], 1.5, true);
        check(&[10.0, 11.0, 20.0, 30.0, 40.0], 1.5, true);
        check(&[40.0, 30.0, 20.0, 10.0, 11.0], 1.5, true);
        check(&[40.0, 30.0, 20.0, 10.0, 0.0], 1.5, false);
        check(&[-1.0, 50.0, 1.0], 2.0, false);
        check(&[-1.0, 50.0, 1.0], 2.5, true);
        check(&[-5.0, -9.0, -5.5], 0.75, true);
        check(&[5.0, -5.0], 1.0, false);
        check(&[1e300, -1e300, 0.0], 1e299, false);
        check(&[1e300, -1e300, 0.0], 1.5e300, true);
    }

    #[test]
    fn agrees_with_smallest_pairwise_distance() {
        let mut state = 1;
        for _ in 0..400 {
            let len = 2 + next(&mut state, 7) as usize;
            // Quarters are exact in binary, so the distances are exact as well.
            let numbers: Vec<f64> = (0..len)
                .map(|_| next(&mut state, 400) as f64 / 4.0 - 50.0)
                .collect();
            let mut smallest = f64::INFINITY;
            for i in 0..len {
                for j in 0..i {
                    smallest = smallest.min((numbers[i] - numbers[j]).abs());
                }
            }
            check(&numbers, smallest, false);
            check(&numbers, smallest + 0.125, true);
        }
    }

    #[test]
    fn thousand_elements() {
        let mut numbers: Vec<f64> = (0..1000).map(|i| f64::from(i * 7 % 1000)).collect();
        assert!(
            !has_close_elements(&numbers, 1.0),
            "1000 different whole numbers, threshold 1.0: expected false"
        );
        numbers.push(500.5);
        assert!(
            has_close_elements(&numbers, 1.0),
            "1000 different whole numbers and 500.5, threshold 1.0: expected true"
        );
    }
}
