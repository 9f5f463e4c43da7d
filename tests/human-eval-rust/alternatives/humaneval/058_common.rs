    use std::collections::BTreeSet;

    let a: BTreeSet<i64> = a.iter().copied().collect();
    let b: BTreeSet<i64> = b.iter().copied().collect();
    a.intersection(&b).copied().collect()
}
