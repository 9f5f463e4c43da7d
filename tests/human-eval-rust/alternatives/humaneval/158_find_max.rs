    let (&first, rest) = words.split_first()?;
    let mut best = first;
    for &word in rest {
        let (count, best_count) = (distinct_chars(word), distinct_chars(best));
        if count > best_count || (count == best_count && word < best) {
            best = word;
        }
    }
    Some(best)
}

fn distinct_chars(word: &str) -> usize {
    let mut chars: Vec<char> = word.chars().collect();
    chars.sort_unstable();
    chars.dedup();
    chars.len()
}
