    let evens_in_both = first
        .iter()
        .chain(second)
        .filter(|n| n.rem_euclid(2) == 0)
        .count();
    match evens_in_both.checked_sub(first.len()) {
        Some(_) => "YES",
        None => "NO",
    }
}
