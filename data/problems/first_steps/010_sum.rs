/// Returns the sum of all `numbers`. The sum of an empty slice is 0.
/// Every partial sum fits in an `i32`.
///
/// # Examples
///
/// ```
/// assert_eq!(sum(&[1, 2, 3]), 6);
/// assert_eq!(sum(&[]), 0);
/// ```
pub fn sum(numbers: &[i32]) -> i32 {
    numbers.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i32], expected: i32) {
        assert_eq!(sum(numbers), expected, "sum(&{numbers:?})");
    }

    #[test]
    fn examples() {
        check(&[1, 2, 3], 6);
        check(&[], 0);
    }

    #[test]
    fn one_number() {
        check(&[5], 5);
        check(&[-5], -5);
        check(&[i32::MAX], i32::MAX);
    }

    #[test]
    fn signs_and_repeats() {
        check(&[4, -4], 0);
        check(&[0, 0, 9], 9);
        check(&[2, 2, 2, 2], 8);
        check(&[-1, -2, -3], -6);
        check(&[10, 0, -30], -20);
    }

    #[test]
    fn gauss() {
        let numbers: Vec<i32> = (1..=1_000).collect();
        assert_eq!(sum(&numbers), 500_500, "sum of 1..=1000");
    }
}
