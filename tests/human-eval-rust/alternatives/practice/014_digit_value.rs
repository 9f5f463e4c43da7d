    match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        _ => None,
    }
}
