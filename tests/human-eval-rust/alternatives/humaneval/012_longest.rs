    let mut best = *strings.first()?;
    for &candidate in strings {
        if candidate.chars().count() > best.chars().count() {
            best = candidate;
        }
    }
    Some(best)
}
