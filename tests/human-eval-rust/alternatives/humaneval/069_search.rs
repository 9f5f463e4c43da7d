    use std::collections::HashMap;

    let mut counts: HashMap<u32, usize> = HashMap::new();
    for &value in values {
        *counts.entry(value).or_default() += 1;
    }
    counts
        .into_iter()
        .filter(|&(value, count)| value > 0 && count >= value as usize)
        .map(|(value, _)| value)
        .max()
}
