    let mut both = [a, b];
    both.sort_by_key(|text| std::cmp::Reverse(text.len()));
    both[0]
}
