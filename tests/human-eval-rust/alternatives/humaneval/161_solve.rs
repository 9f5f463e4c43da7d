    let mut bytes = text.as_bytes().to_vec();
    let mut letters = 0;
    for byte in &mut bytes {
        if byte.is_ascii_alphabetic() {
            *byte ^= 0x20;
            letters += 1;
        }
    }
    match String::from_utf8(bytes) {
        Ok(swapped) if letters > 0 => swapped,
        _ => text.chars().rev().collect(),
    }
}
