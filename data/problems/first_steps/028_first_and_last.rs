/// Returns the first and the last of the `numbers`, in this order, or `None`
/// if there are none. A single number is both first and last.
///
/// # Examples
///
/// ```
/// assert_eq!(first_and_last(&[4, 5, 6]), Some((4, 6)));
/// assert_eq!(first_and_last(&[9]), Some((9, 9)));
/// assert_eq!(first_and_last(&[]), None);
/// ```
pub fn first_and_last(numbers: &[i32]) -> Option<(i32, i32)> {
    Some((*numbers.first()?, *numbers.last()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i32], expected: Option<(i32, i32)>) {
        let got = first_and_last(numbers);
        assert_eq!(got, expected, "first_and_last(&{numbers:?})");
    }

    #[test]
    fn examples() {
        check(&[4, 5, 6], Some((4, 6)));
        check(&[9], Some((9, 9)));
        check(&[], None);
    }

    #[test]
    fn order_is_kept() {
        check(&[1, 2], Some((1, 2)));
        check(&[2, 1], Some((2, 1)));
        check(&[3, 3], Some((3, 3)));
    }

    #[test]
    fn not_smallest_and_largest() {
        check(&[5, -9, 9, 6], Some((5, 6)));
        check(&[0, 7, -7, 0], Some((0, 0)));
        check(&[8, 1, 2, 3, -4], Some((8, -4)));
        check(&[3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8], Some((3, 8)));
    }
}
