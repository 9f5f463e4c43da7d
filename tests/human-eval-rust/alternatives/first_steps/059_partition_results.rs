    let (good, bad): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    let values = good.into_iter().flatten().collect();
    let messages = bad.into_iter().filter_map(Result::err).collect();
    (values, messages)
}
