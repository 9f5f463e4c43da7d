    // For each element, look for a partner among the earlier ones.
    for (k, last) in numbers.iter().enumerate() {
        let mut seen = std::collections::HashSet::new();
        for number in &numbers[..k] {
            if seen.contains(&(-last - number)) {
                return true;
            }
            seen.insert(*number);
        }
    }
    false
}
