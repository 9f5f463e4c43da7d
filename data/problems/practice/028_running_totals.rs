/// Returns the running totals of `numbers`: the element at position `i` of the result is
/// the sum of the numbers from the first to the one at position `i`, both included.
/// Every sum fits in an `i32`.
///
/// # Examples
///
/// ```
/// assert_eq!(running_totals(&[1, 2, 3]), vec![1, 3, 6]);
/// assert_eq!(running_totals(&[5, -7]), vec![5, -2]);
/// assert!(running_totals(&[]).is_empty());
/// ```
pub fn running_totals(numbers: &[i32]) -> Vec<i32> {
    let mut totals = Vec::new();
    let mut total = 0;
    for n in numbers {
        total += n;
        totals.push(total);
    }
    totals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i32], expected: &[i32]) {
        assert_eq!(
            running_totals(numbers),
            expected,
            "running_totals(&{numbers:?})"
        );
    }

    #[test]
    fn examples() {
        check(&[1, 2, 3], &[1, 3, 6]);
        check(&[5, -7], &[5, -2]);
        check(&[], &[]);
    }

    #[test]
    fn short_slices() {
        check(&[4], &[4]);
        check(&[0], &[0]);
        check(&[-9], &[-9]);
        check(&[3, 3], &[3, 6]);
    }

    #[test]
    fn signs_and_zeros() {
        check(&[0, 8, 0, -8, 2], &[0, 8, 8, 0, 2]);
        check(&[-1, -1, -1], &[-1, -2, -3]);
        check(&[i32::MAX, i32::MIN, 1], &[i32::MAX, -1, 0]);
    }

    #[test]
    fn many_numbers() {
        let expected: Vec<i32> = (1..=2_000).map(|n| n * (n + 1) / 2).collect();
        let numbers: Vec<i32> = (1..=2_000).collect();
        assert!(
            running_totals(&numbers) == expected,
            "running totals of 1..=2000"
        );
    }
}
