    use std::collections::BTreeMap;

    let mut by_length: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for &word in words {
        by_length
            .entry(word.chars().count())
            .or_default()
            .push(word);
    }
    let mut result = Vec::new();
    for (length, mut group) in by_length {
        if length & 1 == 0 {
            group.sort_unstable();
            result.extend(group.into_iter().map(String::from));
        }
    }
    result
}
