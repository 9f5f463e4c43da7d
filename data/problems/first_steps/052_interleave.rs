/// Takes items from `a` and `b` in turn, starting with `a`. When one slice has no
/// items left, the remaining items of the other one follow.
///
/// # Examples
///
/// ```
/// assert_eq!(interleave(&[1, 3, 5], &[2, 4, 6]), vec![1, 2, 3, 4, 5, 6]);
/// assert_eq!(interleave(&[1], &[9, 8, 7]), vec![1, 9, 8, 7]);
/// assert_eq!(interleave(&[], &[]), vec![]);
/// ```
pub fn interleave(a: &[i32], b: &[i32]) -> Vec<i32> {
    let paired = a.len().min(b.len());
    let mut mixed: Vec<i32> = a.iter().zip(b).flat_map(|(&x, &y)| [x, y]).collect();
    mixed.extend(&a[paired..]);
    mixed.extend(&b[paired..]);
    mixed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &[i32], b: &[i32], expected: &[i32]) {
        assert_eq!(interleave(a, b), expected, "interleave(&{a:?}, &{b:?})");
    }

    #[test]
    fn examples() {
        check(&[1, 3, 5], &[2, 4, 6], &[1, 2, 3, 4, 5, 6]);
        check(&[1], &[9, 8, 7], &[1, 9, 8, 7]);
        check(&[], &[], &[]);
    }

    #[test]
    fn one_side_empty() {
        check(&[4, 5, 6], &[], &[4, 5, 6]);
        check(&[], &[4, 5, 6], &[4, 5, 6]);
        check(&[4], &[], &[4]);
    }

    #[test]
    fn different_lengths() {
        check(&[1, 2, 3, 4], &[9], &[1, 9, 2, 3, 4]);
        check(&[1, 2], &[9, 8, 7], &[1, 9, 2, 8, 7]);
        check(&[1, 2, 3], &[9, 8], &[1, 9, 2, 8, 3]);
    }

    #[test]
    fn order_is_not_by_value() {
        check(&[2], &[1], &[2, 1]);
        check(&[5, 5], &[5, -5], &[5, 5, 5, -5]);
        check(&[-1, 2, -3], &[0, 0], &[-1, 0, 2, 0, -3]);
    }

    #[test]
    fn long_slices() {
        let evens: Vec<i32> = (0..10_000).map(|n| 2 * n).collect();
        let odds: Vec<i32> = (0..10_000).map(|n| 2 * n + 1).collect();
        let expected: Vec<i32> = (0..20_000).collect();
        let got = interleave(&evens, &odds);
        assert!(
            got == expected,
            "evens and odds: expected 0..20000 in order"
        );
    }
}
