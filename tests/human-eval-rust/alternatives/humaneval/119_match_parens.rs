    // Final depth and lowest depth of a string read on its own.
    let profile = |text: &str| {
        text.bytes().fold((0i64, 0i64), |(depth, lowest), paren| {
            let depth = depth + if paren == b'(' { 1 } else { -1 };
            (depth, lowest.min(depth))
        })
    };
    let (a, b) = (profile(first), profile(second));
    let fits = |x: (i64, i64), y: (i64, i64)| x.1 == 0 && x.0 + y.1 >= 0;
    match (a.0 + b.0, fits(a, b) || fits(b, a)) {
        (0, true) => "Yes",
        _ => "No",
    }
}
