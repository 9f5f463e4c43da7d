/// Returns `true` if all `items` are equal. That includes no items and a single item.
/// Every item is equal to itself, so floats never include NaN.
///
/// # Examples
///
/// ```
/// assert_eq!(all_same(&[5, 5, 5]), true);
/// assert_eq!(all_same(&["a", "b"]), false);
/// assert_eq!(all_same::<i32>(&[]), true);
/// ```
pub fn all_same<T: PartialEq>(items: &[T]) -> bool {
    items.windows(2).all(|pair| pair[0] == pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Debug;

    fn check<T: PartialEq + Debug>(items: &[T], expected: bool) {
        assert_eq!(all_same(items), expected, "all_same(&{items:?})");
    }

    #[test]
    fn examples() {
        check(&[5, 5, 5], true);
        check(&["a", "b"], false);
        check::<i32>(&[], true);
    }

    #[test]
    fn short_slices() {
        check(&[3], true);
        check(&[3, 3], true);
        check(&[3, 4], false);
        check(&[0, 0, 0, 0], true);
    }

    #[test]
    fn one_differs() {
        check(&[1, 2, 2, 2], false);
        check(&[2, 2, 1, 2], false);
        check(&[2, 2, 2, 1], false);
        check(&[1, 1, 2, 2], false);
        check(&[1, 2, 1, 2], false);
        check(&[1, 2, 1], false);
    }

    #[test]
    fn other_types() {
        check(&[0.0, -0.0], true);
        check(&[0.5, 1.5], false);
        check(&[String::from("é"), String::from("é")], true);
        check(&[Some('x'), None], false);
    }

    #[test]
    fn many_items() {
        let mut items = vec!['q'; 100];
        check(&items, true);
        items.push('r');
        check(&items, false);
    }
}
