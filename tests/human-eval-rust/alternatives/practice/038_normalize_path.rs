    let mut kept: Vec<&str> = vec![];
    let mut dropped = 0;
    for part in path.rsplit('/') {
        if part == ".." {
            dropped += 1;
        } else if part.is_empty() || part == "." {
            continue;
        } else if dropped > 0 {
            dropped -= 1;
        } else {
            kept.insert(0, part);
        }
    }
    kept.join("/")
}
