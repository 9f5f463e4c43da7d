/// Returns the largest absolute difference between two neighbouring numbers,
/// or `None` if there are fewer than two numbers.
///
/// # Examples
///
/// ```
/// assert_eq!(largest_gap(&[1, 4, 2]), Some(3));
/// assert_eq!(largest_gap(&[5, 5]), Some(0));
/// assert_eq!(largest_gap(&[5]), None);
/// ```
pub fn largest_gap(numbers: &[i32]) -> Option<u32> {
    numbers
        .windows(2)
        .map(|pair| pair[0].abs_diff(pair[1]))
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i32], expected: Option<u32>) {
        assert_eq!(largest_gap(numbers), expected, "largest_gap(&{numbers:?})");
    }

    #[test]
    fn examples() {
        check(&[1, 4, 2], Some(3));
        check(&[5, 5], Some(0));
        check(&[5], None);
    }

    #[test]
    fn short_slices() {
        check(&[], None);
        check(&[-3], None);
        check(&[2, 9], Some(7));
        check(&[9, 2], Some(7));
        check(&[-2, 2], Some(4));
    }

    #[test]
    fn neighbours_only() {
        check(&[0, 4, 8], Some(4));
        check(&[1, 2, 3, 9], Some(6));
        check(&[9, 3, 2, 1], Some(6));
        check(&[1, 1, 7, 7, 1, 1], Some(6));
        check(&[3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 13], Some(8));
    }

    #[test]
    fn no_overflow() {
        check(&[i32::MIN, i32::MAX], Some(u32::MAX));
        check(&[i32::MAX, 0, i32::MIN], Some(1 << 31));
    }
}
