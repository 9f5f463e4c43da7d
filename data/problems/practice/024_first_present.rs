/// Returns the first number among `values` that is there, or `None` if all of them are
/// `None` or there are no values.
///
/// # Examples
///
/// ```
/// assert_eq!(first_present(&[None, Some(4), Some(9)]), Some(4));
/// assert_eq!(first_present(&[None, None]), None);
/// assert_eq!(first_present(&[]), None);
/// ```
pub fn first_present(values: &[Option<i32>]) -> Option<i32> {
    values.iter().copied().flatten().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[Option<i32>], expected: Option<i32>) {
        assert_eq!(
            first_present(values),
            expected,
            "first_present(&{values:?})"
        );
    }

    #[test]
    fn examples() {
        check(&[None, Some(4), Some(9)], Some(4));
        check(&[None, None], None);
        check(&[], None);
    }

    #[test]
    fn short_slices() {
        check(&[None], None);
        check(&[Some(6)], Some(6));
        check(&[Some(0)], Some(0));
        check(&[Some(-1), None], Some(-1));
        check(&[None, Some(-1)], Some(-1));
    }

    #[test]
    fn not_the_largest_or_smallest() {
        check(&[Some(5), Some(9), Some(1)], Some(5));
        check(&[None, Some(5), Some(5), None, Some(1)], Some(5));
        check(&[Some(0), Some(3)], Some(0));
    }

    #[test]
    fn many_values() {
        let mut values = vec![None; 30];
        check(&values, None);
        values.push(Some(i32::MIN));
        check(&values, Some(i32::MIN));
    }
}
