    let mut latest = None;
    for (i, pair) in numbers.windows(2).enumerate() {
        if let [before, after] = pair {
            if before > after {
                latest = Some(i + 1);
            }
        }
    }
    latest
}
