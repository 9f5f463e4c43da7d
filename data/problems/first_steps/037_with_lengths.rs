/// Takes ownership of `words` and returns each word together with its length in
/// bytes, in the same order.
///
/// # Examples
///
/// ```
/// let words = vec!["ab".to_string(), "é".to_string(), String::new()];
/// assert_eq!(
///     with_lengths(words),
///     vec![("ab".to_string(), 2), ("é".to_string(), 2), (String::new(), 0)]
/// );
/// assert_eq!(with_lengths(vec![]), vec![]);
/// ```
pub fn with_lengths(words: Vec<String>) -> Vec<(String, usize)> {
    words
        .into_iter()
        .map(|word| {
            let length = word.len();
            (word, length)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: &[(&str, usize)]) {
        let words: Vec<String> = expected.iter().map(|pair| pair.0.to_string()).collect();
        let expected: Vec<(String, usize)> = expected
            .iter()
            .map(|pair| (pair.0.to_string(), pair.1))
            .collect();
        let call = format!("with_lengths({words:?})");
        assert_eq!(with_lengths(words), expected, "{call}");
    }

    #[test]
    fn examples() {
        check(&[("ab", 2), ("é", 2), ("", 0)]);
        check(&[]);
    }

    #[test]
    fn order_and_repeats() {
        check(&[("z", 1), ("yy", 2), ("z", 1), ("a", 1)]);
        check(&[("", 0)]);
        check(&[("b", 1), ("ab", 2)]);
        check(&[("same", 4); 20]);
    }

    #[test]
    fn bytes_of_the_whole_word() {
        check(&[(" a b ", 5), ("🦀", 4), ("naïve", 6)]);
    }
}
