/// Returns `true` if `target` is one of the `numbers`.
///
/// # Examples
///
/// ```
/// assert_eq!(contains(&[1, 2, 3], 2), true);
/// assert_eq!(contains(&[1, 2, 3], 5), false);
/// assert_eq!(contains(&[], 0), false);
/// ```
pub fn contains(numbers: &[i32], target: i32) -> bool {
    numbers.contains(&target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i32], target: i32, expected: bool) {
        let got = contains(numbers, target);
        assert_eq!(got, expected, "contains(&{numbers:?}, {target})");
    }

    #[test]
    fn examples() {
        check(&[1, 2, 3], 2, true);
        check(&[1, 2, 3], 5, false);
        check(&[], 0, false);
    }

    #[test]
    fn every_position() {
        check(&[4, 8, 6], 4, true);
        check(&[4, 8, 6], 8, true);
        check(&[4, 8, 6], 6, true);
        check(&[4, 8, 6], 5, false);
        check(&[4, 8, 6], 7, false);
    }

    #[test]
    fn many_numbers() {
        let numbers: Vec<i32> = (90..110).collect();
        check(&numbers, 109, true);
        check(&numbers, 110, false);
    }

    #[test]
    fn one_element_and_repeats() {
        check(&[3], 3, true);
        check(&[3], -3, false);
        check(&[7, 7, 7], 7, true);
        check(&[7, 7, 7], 77, false);
        check(&[0], 0, true);
        check(&[-1, 1], 1, true);
    }
}
