/// Returns the even numbers of `numbers` in their original order, repeats included.
/// Zero and negative even numbers count as even.
///
/// # Examples
///
/// ```
/// assert_eq!(evens_only(&[1, 2, 3, 4]), vec![2, 4]);
/// assert_eq!(evens_only(&[-2, 0, 5, -2]), vec![-2, 0, -2]);
/// assert_eq!(evens_only(&[7]), vec![]);
/// ```
pub fn evens_only(numbers: &[i32]) -> Vec<i32> {
    numbers.iter().copied().filter(|n| n % 2 == 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i32], expected: &[i32]) {
        assert_eq!(evens_only(numbers), expected, "evens_only(&{numbers:?})");
    }

    #[test]
    fn examples() {
        check(&[1, 2, 3, 4], &[2, 4]);
        check(&[-2, 0, 5, -2], &[-2, 0, -2]);
        check(&[7], &[]);
    }

    #[test]
    fn edges() {
        check(&[], &[]);
        check(&[6], &[6]);
        check(&[1, -1, 3, -3], &[]);
        check(&[8, 6, 4], &[8, 6, 4]);
        check(&[4, 4, 1, 4], &[4, 4, 4]);
        check(&[i32::MIN, i32::MAX], &[i32::MIN]);
    }

    #[test]
    fn every_second_number() {
        let numbers: Vec<i32> = (-30..=30).collect();
        let expected: Vec<i32> = (-15..=15).map(|n| 2 * n).collect();
        check(&numbers, &expected);
    }
}
