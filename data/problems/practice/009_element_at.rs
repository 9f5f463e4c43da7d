/// Returns the element of `items` at position `index`, or `None` if there is no such
/// position. The first element has position 0.
///
/// # Examples
///
/// ```
/// assert_eq!(element_at(&[10, 20, 30], 0), Some(10));
/// assert_eq!(element_at(&[10, 20, 30], 2), Some(30));
/// assert_eq!(element_at(&[10, 20, 30], 3), None);
/// ```
pub fn element_at(items: &[i32], index: usize) -> Option<i32> {
    items.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(items: &[i32], index: usize, expected: Option<i32>) {
        let got = element_at(items, index);
        assert_eq!(got, expected, "element_at(&{items:?}, {index})");
    }

    #[test]
    fn examples() {
        check(&[10, 20, 30], 0, Some(10));
        check(&[10, 20, 30], 2, Some(30));
        check(&[10, 20, 30], 3, None);
    }

    #[test]
    fn short_slices() {
        check(&[], 0, None);
        check(&[], 1, None);
        check(&[7], 0, Some(7));
        check(&[7], 1, None);
        check(&[4, -9], 1, Some(-9));
        check(&[0, 0], 0, Some(0));
        check(&[6, 6, 5], 1, Some(6));
    }

    #[test]
    fn longer_slices() {
        let items: Vec<i32> = (0..200).map(|n| 3 * n - 50).collect();
        check(&items, 0, Some(-50));
        check(&items, 150, Some(400));
        check(&items, 199, Some(547));
        check(&items, 200, None);
        check(&items, usize::MAX, None);
    }
}
