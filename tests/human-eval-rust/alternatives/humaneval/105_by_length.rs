    const NAMES: [&str; 9] = [
        "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine",
    ];

    let mut counts = [0; 9];
    for &value in values {
        let slot = usize::try_from(value)
            .ok()
            .and_then(|value| value.checked_sub(1));
        if let Some(count) = slot.and_then(|slot| counts.get_mut(slot)) {
            *count += 1;
        }
    }
    let mut result = Vec::new();
    for (name, count) in NAMES.into_iter().zip(counts).rev() {
        result.extend(std::iter::repeat_n(name, count));
    }
    result
}
