    for (i, n) in numbers.iter().enumerate() {
        if n.is_negative() {
            return Some(i);
        }
    }
    None
}
