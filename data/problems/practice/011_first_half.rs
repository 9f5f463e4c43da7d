/// Returns the first half of `items`. If their number is odd, the element in the middle
/// does not belong to it.
///
/// # Examples
///
/// ```
/// assert_eq!(first_half(&[1, 2, 3, 4]), &[1, 2]);
/// assert_eq!(first_half(&[1, 2, 3, 4, 5]), &[1, 2]);
/// assert!(first_half(&[9]).is_empty());
/// ```
pub fn first_half(items: &[i32]) -> &[i32] {
    &items[..items.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(items: &[i32], expected: &[i32]) {
        assert_eq!(first_half(items), expected, "first_half(&{items:?})");
    }

    #[test]
    fn examples() {
        check(&[1, 2, 3, 4], &[1, 2]);
        check(&[1, 2, 3, 4, 5], &[1, 2]);
        check(&[9], &[]);
    }

    #[test]
    fn short_slices() {
        check(&[], &[]);
        check(&[3, 8], &[3]);
        check(&[8, 3], &[8]);
        check(&[5, 5, 5], &[5]);
        check(&[-1, 0, -1], &[-1]);
    }

    #[test]
    fn longer_slices() {
        check(&[6, 6, 0, -2, 6, 6], &[6, 6, 0]);
        let items: Vec<i32> = (0..101).collect();
        check(&items, &items[..50]);
        check(&items[1..], &items[1..51]);
    }
}
