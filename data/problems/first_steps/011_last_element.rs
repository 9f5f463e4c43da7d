/// Returns a reference to the last element of `items`, or `None` if it is empty.
///
/// # Examples
///
/// ```
/// assert_eq!(last_element(&[1, 2, 3]), Some(&3));
/// assert_eq!(last_element(&[]), None);
/// ```
pub fn last_element(items: &[i32]) -> Option<&i32> {
    items.last()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(items: &[i32], expected: Option<&i32>) {
        assert_eq!(last_element(items), expected, "last_element(&{items:?})");
    }

    #[test]
    fn examples() {
        check(&[1, 2, 3], Some(&3));
        check(&[], None);
    }

    #[test]
    fn short_slices() {
        check(&[7], Some(&7));
        check(&[0], Some(&0));
        check(&[4, -9], Some(&-9));
    }

    #[test]
    fn not_the_largest_or_smallest() {
        check(&[9, 1, 5], Some(&5));
        check(&[1, 9, 5, 5], Some(&5));
        check(&[3, 2, 1, 2], Some(&2));
    }
}
