/// Takes ownership of `items`, shortens every run of equal neighbours to one
/// element, and returns the result. Equal elements that are not neighbours stay.
///
/// # Examples
///
/// ```
/// assert_eq!(remove_repeats(vec![1, 1, 2, 2, 2, 1]), vec![1, 2, 1]);
/// assert_eq!(remove_repeats(vec![3]), vec![3]);
/// assert_eq!(remove_repeats(vec![]), vec![]);
/// ```
pub fn remove_repeats(items: Vec<i32>) -> Vec<i32> {
    let mut items = items;
    items.dedup();
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(items: &[i32], expected: &[i32]) {
        let got = remove_repeats(items.to_vec());
        assert_eq!(got, expected, "remove_repeats(vec!{items:?})");
    }

    #[test]
    fn examples() {
        check(&[1, 1, 2, 2, 2, 1], &[1, 2, 1]);
        check(&[3], &[3]);
        check(&[], &[]);
    }

    #[test]
    fn one_run() {
        check(&[4, 4], &[4]);
        check(&[0, 0, 0], &[0]);
        check(&[-1; 50], &[-1]);
    }

    #[test]
    fn nothing_to_remove() {
        check(&[1, 2], &[1, 2]);
        check(&[2, 1, 2, 1], &[2, 1, 2, 1]);
        check(&[5, -5, 5], &[5, -5, 5]);
    }

    #[test]
    fn runs_at_both_ends() {
        check(&[9, 9, 1, 2], &[9, 1, 2]);
        check(&[2, 1, 9, 9], &[2, 1, 9]);
        check(&[3, 3, 2, 3, 3], &[3, 2, 3]);
    }

    #[test]
    fn many_runs() {
        let items: Vec<i32> = (0..30_000).map(|n| n / 3).collect();
        let expected: Vec<i32> = (0..10_000).collect();
        let got = remove_repeats(items);
        assert!(
            got == expected,
            "0, 0, 0, 1, 1, 1, ... 9999: expected each number once"
        );
    }
}
