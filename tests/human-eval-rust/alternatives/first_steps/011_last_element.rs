    match items {
        [.., last] => Some(last),
        [] => None,
    }
}
