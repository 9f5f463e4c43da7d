/// Takes ownership of a pair and returns it with its two parts swapped.
///
/// # Examples
///
/// ```
/// assert_eq!(swap_pair((1, "one".to_string())), ("one".to_string(), 1));
/// assert_eq!(swap_pair((-5, String::new())), (String::new(), -5));
/// ```
pub fn swap_pair(pair: (i32, String)) -> (String, i32) {
    let (number, text) = pair;
    (text, number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(number: i32, text: &str) {
        let got = swap_pair((number, text.to_string()));
        let expected = (text.to_string(), number);
        assert_eq!(got, expected, "swap_pair(({number}, {text:?}))");
    }

    #[test]
    fn examples() {
        check(1, "one");
        check(-5, "");
    }

    #[test]
    fn any_parts() {
        check(0, "0");
        check(i32::MIN, " two words ");
        check(i32::MAX, "🦀");
    }
}
