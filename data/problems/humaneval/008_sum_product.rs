/// Returns the sum and the product of all elements, in this order.
///
/// The empty slice has the sum 0 and the product 1.
///
/// The elements are such that adding or multiplying them one by one from left
/// to right never leaves the range of `i64`.
///
/// # Examples
///
/// ```
/// assert_eq!(sum_product(&[2, 3, -5]), (0, -30));
/// assert_eq!(sum_product(&[7]), (7, 7));
/// assert_eq!(sum_product(&[]), (0, 1));
/// ```
pub fn sum_product(numbers: &[i64]) -> (i64, i64) {
    let mut sum = 0;
    let mut product = 1;
    for number in numbers {
        sum += number;
        product *= number;
    }
    (sum, product)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i64], expected: (i64, i64)) {
        assert_eq!(sum_product(numbers), expected, "sum_product({numbers:?})");
    }

    #[test]
    fn examples() {
        check(&[2, 3, -5], (0, -30));
        check(&[7], (7, 7));
        check(&[], (0, 1));
    }

    #[test]
    fn one_element() {
        check(&[0], (0, 0));
        check(&[1], (1, 1));
        check(&[-1], (-1, -1));
        check(&[i64::MAX], (i64::MAX, i64::MAX));
        check(&[i64::MIN], (i64::MIN, i64::MIN));
    }

    #[test]
    fn signs_and_zeros() {
        check(&[-2, -3], (-5, 6));
        check(&[-2, 3], (1, -6));
        check(&[-1, -1, -1], (-3, -1));
        check(&[4, 0, 5], (9, 0));
        check(&[0, 0], (0, 0));
        check(&[1, 1, 1, 1], (4, 1));
        check(&[2, 2], (4, 4));
        check(&[10, -10], (0, -100));
    }

    #[test]
    fn sums_and_factorials() {
        let mut numbers = vec![];
        let mut factorial = 1;
        for n in 1..=20 {
            numbers.push(n);
            factorial *= n;
            check(&numbers, (n * (n + 1) / 2, factorial));
        }
    }

    #[test]
    fn order_of_elements_is_irrelevant() {
        let numbers = [3, -7, 11, 2, 5, -1, 4];
        for turn in 0..numbers.len() {
            let mut turned = numbers;
            turned.rotate_left(turn);
            check(&turned, (17, 9240));
            turned.reverse();
            check(&turned, (17, 9240));
        }
    }

    #[test]
    fn many_elements() {
        let numbers = [1, -1].repeat(50_000);
        assert_eq!(
            sum_product(&numbers),
            (0, 1),
            "50000 times the elements 1 and -1"
        );
    }
}
