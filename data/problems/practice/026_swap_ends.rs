/// Exchanges the first and the last element of `items` in place. The other elements
/// stay where they are. With fewer than two elements nothing happens.
///
/// # Examples
///
/// ```
/// let mut items = [1, 2, 3, 4];
/// swap_ends(&mut items);
/// assert_eq!(items, [4, 2, 3, 1]);
///
/// let mut none: [i32; 0] = [];
/// swap_ends(&mut none);
/// assert_eq!(none, []);
/// ```
pub fn swap_ends(items: &mut [i32]) {
    if !items.is_empty() {
        let last = items.len() - 1;
        items.swap(0, last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &[i32], expected: &[i32]) {
        let mut items = before.to_vec();
        swap_ends(&mut items);
        assert_eq!(items, expected, "items after swap_ends(&mut {before:?})");
    }

    #[test]
    fn examples() {
        check(&[1, 2, 3, 4], &[4, 2, 3, 1]);
        check(&[], &[]);
    }

    #[test]
    fn short_slices() {
        check(&[5], &[5]);
        check(&[5, 6], &[6, 5]);
        check(&[0, -1], &[-1, 0]);
        check(&[1, 2, 3], &[3, 2, 1]);
    }

    #[test]
    fn repeats_and_longer_slices() {
        check(&[7, 7, 8, 7], &[7, 7, 8, 7]);
        check(&[9, 1, 1, 1, 2], &[2, 1, 1, 1, 9]);
        check(
            &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
            &[12, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1],
        );
    }
}
