    let mut text: Vec<char> = Vec::new();
    let mut cursor = 0;
    for &key in keys {
        match key {
            Key::Char(c) => {
                text.insert(cursor, c);
                cursor += 1;
            }
            Key::Left => cursor = cursor.saturating_sub(1),
            Key::Right => cursor = text.len().min(cursor + 1),
            Key::Backspace if cursor > 0 => {
                cursor -= 1;
                text.remove(cursor);
            }
            Key::Backspace => {}
        }
    }
    text.into_iter().collect()
}
