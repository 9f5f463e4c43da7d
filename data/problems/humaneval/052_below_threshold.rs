/// Reports whether all numbers of the slice are less than `threshold`.
///
/// A number that equals `threshold` is not less. For an empty slice the answer
/// is `true`.
///
/// # Examples
///
/// ```
/// assert_eq!(below_threshold(&[3, 9, -20], 10), true);
/// assert_eq!(below_threshold(&[3, 9, -20], 9), false);
/// assert_eq!(below_threshold(&[], -5), true);
/// ```
pub fn below_threshold(numbers: &[i64], threshold: i64) -> bool {
    numbers.iter().all(|&number| number < threshold)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i64], threshold: i64, expected: bool) {
        assert_eq!(
            below_threshold(numbers, threshold),
            expected,
            "below_threshold({numbers:?}, {threshold})"
        );
    }

    #[test]
    fn examples() {
        check(&[3, 9, -20], 10, true);
        check(&[3, 9, -20], 9, false);
        check(&[], -5, true);
    }

    #[test]
    fn one_number() {
        check(&[4], 5, true);
        check(&[5], 5, false);
        check(&[6], 5, false);
        check(&[-6], -5, true);
        check(&[-5], -5, false);
        check(&[-4], -5, false);
        check(&[0], 0, false);
        check(&[], 0, true);
    }

    #[test]
    fn one_number_too_large() {
        for place in 0..6 {
            let mut numbers = [9, -4, 0, 9, -100, 7];
            check(&numbers, 10, true);
            numbers[place] = 10;
            check(&numbers, 10, false);
            numbers[place] = 11;
            check(&numbers, 10, false);
        }
    }

    #[test]
    fn extremes() {
        check(&[i64::MIN], i64::MIN, false);
        check(&[i64::MIN], i64::MIN + 1, true);
        check(&[i64::MAX - 1], i64::MAX, true);
        check(&[i64::MAX - 1, i64::MAX - 1], i64::MAX, true);
        check(&[i64::MAX], i64::MAX, false);
        check(&[i64::MIN, i64::MAX], 0, false);
        check(&[], i64::MIN, true);
    }

    #[test]
    fn ranges() {
        for start in -6..6 {
            for len in 1..6 {
                let numbers: Vec<i64> = (start..start + len).collect();
                for threshold in -12..12 {
                    check(&numbers, threshold, start + len - 1 < threshold);
                }
            }
        }
    }

    #[test]
    fn long_input() {
        let numbers: Vec<i64> = (0..20_000).collect();
        assert!(
            below_threshold(&numbers, 20_000),
            "0 to 19999, threshold 20000: expected true"
        );
        assert!(
            !below_threshold(&numbers, 19_999),
            "0 to 19999, threshold 19999: expected false"
        );
    }
}
