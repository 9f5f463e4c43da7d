    let contained = |x: &str, y: &str| x.chars().all(|c| y.contains(c));
    contained(a, b) && contained(b, a)
}
