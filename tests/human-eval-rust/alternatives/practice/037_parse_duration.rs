    if text.is_empty() {
        return None;
    }
    let mut rest = text;
    let mut seconds = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u32 = rest[..end].parse().ok()?;
        seconds += number
            * match rest.as_bytes()[end] {
                b'h' => 60 * 60,
                b'm' => 60,
                b's' => 1,
                _ => return None,
            };
        rest = &rest[end + 1..];
    }
    Some(seconds)
}
