/// Multiplies the numbers of `a` and `b` position by position and returns the
/// sum of the products. If one slice is longer, its extra numbers are ignored.
/// Every product and every partial sum fits in an `i32`.
///
/// # Examples
///
/// ```
/// assert_eq!(dot_product(&[1, 2, 3], &[4, 5, 6]), 32);
/// assert_eq!(dot_product(&[2, 9], &[7]), 14);
/// assert_eq!(dot_product(&[], &[]), 0);
/// ```
pub fn dot_product(a: &[i32], b: &[i32]) -> i32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &[i32], b: &[i32], expected: i32) {
        let got = dot_product(a, b);
        assert_eq!(got, expected, "dot_product(&{a:?}, &{b:?})");
    }

    #[test]
    fn examples() {
        check(&[1, 2, 3], &[4, 5, 6], 32);
        check(&[2, 9], &[7], 14);
        check(&[], &[], 0);
    }

    #[test]
    fn one_product() {
        check(&[3], &[5], 15);
        check(&[-3], &[5], -15);
        check(&[0], &[5], 0);
        check(&[5], &[0], 0);
        check(&[7, 7], &[1, -1], 0);
    }

    #[test]
    fn different_lengths() {
        check(&[7], &[2, 9], 14);
        check(&[], &[1, 2], 0);
        check(&[1, 2], &[], 0);
        check(&[1, 2, 3, 4], &[10, 10], 30);
    }

    #[test]
    fn sum_of_squares() {
        let numbers: Vec<i32> = (1..=100).collect();
        assert_eq!(dot_product(&numbers, &numbers), 338_350, "1..=100 twice");
    }
}
