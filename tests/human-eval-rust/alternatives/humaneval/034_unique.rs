    let set: std::collections::BTreeSet<i64> = numbers.iter().copied().collect();
    set.into_iter().collect()
}
