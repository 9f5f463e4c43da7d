/// Doubles every number of `numbers` in place. Every result fits in an `i32`.
///
/// # Examples
///
/// ```
/// let mut numbers = [1, 2, 3];
/// double_all(&mut numbers);
/// assert_eq!(numbers, [2, 4, 6]);
///
/// let mut none: [i32; 0] = [];
/// double_all(&mut none);
/// assert_eq!(none, []);
/// ```
pub fn double_all(numbers: &mut [i32]) {
    for n in numbers {
        *n *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i32], expected: &[i32]) {
        let mut got = numbers.to_vec();
        double_all(&mut got);
        assert_eq!(got, expected, "after double_all(&mut {numbers:?})");
    }

    #[test]
    fn examples() {
        check(&[1, 2, 3], &[2, 4, 6]);
        check(&[], &[]);
    }

    #[test]
    fn one_number() {
        check(&[5], &[10]);
        check(&[0], &[0]);
        check(&[-4], &[-8]);
        check(&[1 << 29], &[1 << 30]);
    }

    #[test]
    fn repeats_and_order() {
        check(&[3, 3, -3, 0], &[6, 6, -6, 0]);
        check(&[9, 1, 5, 7, 2], &[18, 2, 10, 14, 4]);
    }
}
