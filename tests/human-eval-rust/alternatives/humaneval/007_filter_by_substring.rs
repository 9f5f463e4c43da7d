    let mut kept = strings.to_vec();
    kept.retain(|string| substring.is_empty() || string.split(substring).nth(1).is_some());
    kept
}
