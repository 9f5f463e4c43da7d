/// Returns the numbers of the slice, each increased by 1.
///
/// Their order is kept. An empty slice gives an empty vector. No element is
/// `i64::MAX`, so nothing overflows.
///
/// # Examples
///
/// ```
/// assert_eq!(incr_list(&[4, -1, 99]), [5, 0, 100]);
/// assert_eq!(incr_list(&[0]), [1]);
/// assert!(incr_list(&[]).is_empty());
/// ```
pub fn incr_list(numbers: &[i64]) -> Vec<i64> {
    numbers.iter().map(|number| number + 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i64], expected: &[i64]) {
        assert_eq!(incr_list(numbers), expected, "incr_list({numbers:?})");
    }

    #[test]
    fn examples() {
        check(&[4, -1, 99], &[5, 0, 100]);
        check(&[0], &[1]);
        check(&[], &[]);
    }

    #[test]
    fn single_numbers() {
        check(&[1], &[2]);
        check(&[-1], &[0]);
        check(&[-2], &[-1]);
        check(&[9], &[10]);
        check(&[i64::MIN], &[i64::MIN + 1]);
        check(&[i64::MAX - 1], &[i64::MAX]);
    }

    #[test]
    fn order_and_duplicates() {
        check(&[3, 1, 2], &[4, 2, 3]);
        check(&[7, 7, 7, 7], &[8, 8, 8, 8]);
        check(&[5, -5, 5], &[6, -4, 6]);
    }

    #[test]
    fn consecutive_numbers() {
        for low in -20..20 {
            for high in low..20 {
                let numbers: Vec<i64> = (low..high).collect();
                let expected: Vec<i64> = (low + 1..=high).collect();
                check(&numbers, &expected);
            }
        }
    }

    #[test]
    fn long_input() {
        let numbers: Vec<i64> = (0..20_000).map(|i| 3 * i).collect();
        let got = incr_list(&numbers);
        let expected: Vec<i64> = (0..20_000).map(|i| 3 * i + 1).collect();
        assert!(
            got == expected,
            "0, 3, 6, ..., 59997: expected 1, 4, 7, ..., 59998"
        );
    }
}
