/// Returns the smallest of the `numbers`, or `None` if there are none.
///
/// # Examples
///
/// ```
/// assert_eq!(smallest(&[3, 1, 2]), Some(1));
/// assert_eq!(smallest(&[]), None);
/// ```
pub fn smallest(numbers: &[i32]) -> Option<i32> {
    numbers.iter().copied().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i32], expected: Option<i32>) {
        assert_eq!(smallest(numbers), expected, "smallest(&{numbers:?})");
    }

    #[test]
    fn examples() {
        check(&[3, 1, 2], Some(1));
        check(&[], None);
    }

    #[test]
    fn every_position() {
        check(&[-5, 4, 9], Some(-5));
        check(&[4, -5, 9], Some(-5));
        check(&[4, 9, -5], Some(-5));
        check(&[3, 1, 4, 1, 5, 9, -2, 6, -5, 3, 5, -1], Some(-5));
    }

    #[test]
    fn edges() {
        check(&[6], Some(6));
        check(&[6, 6], Some(6));
        check(&[0, 3, 0], Some(0));
        check(&[i32::MAX], Some(i32::MAX));
        check(&[i32::MAX, i32::MIN, 0], Some(i32::MIN));
    }
}
