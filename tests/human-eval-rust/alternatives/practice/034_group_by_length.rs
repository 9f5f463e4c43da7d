    let mut groups = BTreeMap::new();
    for word in words {
        groups
            .entry(word.chars().count())
            .or_insert_with(Vec::new)
            .push(String::from(*word));
    }
    groups
}
