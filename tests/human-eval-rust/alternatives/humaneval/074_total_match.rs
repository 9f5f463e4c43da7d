    [first, second]
        .into_iter()
        .min_by_key(|texts| texts.iter().flat_map(|text| text.chars()).count())
        .unwrap_or(first)
}
