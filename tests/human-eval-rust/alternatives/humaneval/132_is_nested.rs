    let second_open = text.match_indices('[').nth(1);
    let second_last_close = text.rmatch_indices(']').nth(1);
    match (second_open, second_last_close) {
        (Some((open, _)), Some((close, _))) => open < close,
        _ => false,
    }
}
