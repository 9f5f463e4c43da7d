use std::collections::BTreeMap;

/// Groups `words` by their length in characters (their `char`s). The result has an entry
/// for each length that occurs; its words are in the order in which they stand in `words`,
/// repeats included.
///
/// # Examples
///
/// ```
/// let groups = group_by_length(&["one", "four", "two"]);
/// assert_eq!(groups.len(), 2);
/// assert_eq!(groups[&3], vec!["one", "two"]);
/// assert_eq!(groups[&4], vec!["four"]);
/// ```
pub fn group_by_length(words: &[&str]) -> BTreeMap<usize, Vec<String>> {
    let mut groups: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for word in words {
        let length = word.chars().count();
        groups.entry(length).or_default().push(word.to_string());
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &[&str], expected: &[(usize, &[&str])]) {
        let own = |group: &[&str]| group.iter().map(|word| word.to_string()).collect();
        let wanted: BTreeMap<usize, Vec<String>> = expected
            .iter()
            .map(|&(length, group)| (length, own(group)))
            .collect();
        assert_eq!(
            group_by_length(words),
            wanted,
            "group_by_length(&{words:?})"
        );
    }

    #[test]
    fn examples() {
        check(
            &["one", "four", "two"],
            &[(3, &["one", "two"]), (4, &["four"])],
        );
    }

    #[test]
    fn few_words() {
        check(&[], &[]);
        check(&["x"], &[(1, &["x"])]);
        check(&[""], &[(0, &[""])]);
        check(&["", "a", ""], &[(0, &["", ""]), (1, &["a"])]);
    }

    #[test]
    fn order_and_repeats() {
        check(&["b", "a", "b"], &[(1, &["b", "a", "b"])]);
        check(
            &["ccc", "bb", "a"],
            &[(1, &["a"]), (2, &["bb"]), (3, &["ccc"])],
        );
        check(&["No", "no"], &[(2, &["No", "no"])]);
    }

    #[test]
    fn characters_not_bytes() {
        check(&["été", "sea", "🦀"], &[(1, &["🦀"]), (3, &["été", "sea"])]);
        check(&[" a ", "a"], &[(1, &["a"]), (3, &[" a "])]);
    }
}
