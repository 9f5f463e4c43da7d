/// Returns the position of the first number that is less than 0, or `None` if there is
/// none. Positions are counted from 0.
///
/// # Examples
///
/// ```
/// assert_eq!(first_negative(&[4, -2, 7, -9]), Some(1));
/// assert_eq!(first_negative(&[0, 3]), None);
/// ```
pub fn first_negative(numbers: &[i32]) -> Option<usize> {
    numbers.iter().position(|&n| n < 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i32], expected: Option<usize>) {
        assert_eq!(
            first_negative(numbers),
            expected,
            "first_negative(&{numbers:?})"
        );
    }

    #[test]
    fn examples() {
        check(&[4, -2, 7, -9], Some(1));
        check(&[0, 3], None);
    }

    #[test]
    fn short_slices() {
        check(&[], None);
        check(&[0], None);
        check(&[1], None);
        check(&[-1], Some(0));
        check(&[5, -5], Some(1));
        check(&[-5, 5], Some(0));
    }

    #[test]
    fn the_first_of_several() {
        check(&[-3, -3], Some(0));
        check(&[1, 1, -1, -7, -1], Some(2));
        check(&[0, 0, 0, i32::MIN], Some(3));
        check(&[2, 2, i32::MAX], None);
    }

    #[test]
    fn many_numbers() {
        let mut numbers = vec![6; 50];
        check(&numbers, None);
        numbers.extend([-1, 6, -2]);
        check(&numbers, Some(50));
    }
}
