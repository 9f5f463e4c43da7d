/// Returns the part of `items` between its first and its last element.
/// It is empty if there are fewer than three elements.
///
/// # Examples
///
/// ```
/// assert_eq!(without_ends(&[1, 2, 3, 4]), &[2, 3]);
/// assert_eq!(without_ends(&[1, 2]), &[]);
/// assert_eq!(without_ends(&[]), &[]);
/// ```
pub fn without_ends(items: &[i32]) -> &[i32] {
    match items {
        [_, middle @ .., _] => middle,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(items: &[i32], expected: &[i32]) {
        assert_eq!(without_ends(items), expected, "without_ends(&{items:?})");
    }

    #[test]
    fn examples() {
        check(&[1, 2, 3, 4], &[2, 3]);
        check(&[1, 2], &[]);
        check(&[], &[]);
    }

    #[test]
    fn lengths_one_to_five() {
        check(&[9], &[]);
        check(&[9, 8], &[]);
        check(&[9, 8, 7], &[8]);
        check(&[9, 8, 7, 6], &[8, 7]);
        check(&[9, 8, 7, 6, 5], &[8, 7, 6]);
    }

    #[test]
    fn equal_elements() {
        check(&[0, 0, 0], &[0]);
        check(&[1, 1, 1, 1], &[1, 1]);
    }
}
