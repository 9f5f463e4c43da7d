    let mut sorted = numbers.to_vec();
    sorted.sort_by(|a, b| a.total_cmp(b));
    let low = *sorted.first()?;
    let range = sorted.last()? - low;
    let mut result = Vec::with_capacity(numbers.len());
    for number in numbers {
        if range == 0.0 {
            return None;
        }
        result.push((number - low) / range);
    }
    Some(result)
}
