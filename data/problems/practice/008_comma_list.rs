/// Joins all `items` into one string, with a comma and a space (`, `) between
/// neighbours. No items give the empty string.
///
/// # Examples
///
/// ```
/// assert_eq!(comma_list(&["red", "green", "blue"]), "red, green, blue");
/// assert_eq!(comma_list(&["red"]), "red");
/// assert_eq!(comma_list(&[]), "");
/// ```
pub fn comma_list(items: &[&str]) -> String {
    items.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(items: &[&str], expected: &str) {
        assert_eq!(comma_list(items), expected, "comma_list(&{items:?})");
    }

    #[test]
    fn examples() {
        check(&["red", "green", "blue"], "red, green, blue");
        check(&["red"], "red");
        check(&[], "");
    }

    #[test]
    fn repeats_and_empty_items() {
        check(&["a", "a"], "a, a");
        check(&[""], "");
        check(&["", ""], ", ");
        check(&["", "x", ""], ", x, ");
    }

    #[test]
    fn items_are_unchanged() {
        check(&["B", "a"], "B, a");
        check(&[" é ", "1,2", "3, "], " é , 1,2, 3, ");
    }

    #[test]
    fn many_items() {
        let expected = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12";
        check(&expected.split(", ").collect::<Vec<_>>(), expected);
    }
}
