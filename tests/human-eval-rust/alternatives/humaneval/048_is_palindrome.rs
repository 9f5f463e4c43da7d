    let mut chars = text.chars();
    while let (Some(first), Some(last)) = (chars.next(), chars.next_back()) {
        if first != last {
            return false;
        }
    }
    true
}
