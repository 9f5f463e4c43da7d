    let drop: std::collections::HashSet<char> = unwanted.chars().collect();
    let mut kept = Vec::new();
    for c in text.chars() {
        if !drop.contains(&c) {
            kept.push(c);
        }
    }
    let mut rest = &kept[..];
    while let [head, middle @ .., tail] = rest {
        if head != tail {
            return (kept.iter().collect(), false);
        }
        rest = middle;
    }
    (kept.into_iter().collect(), true)
}
