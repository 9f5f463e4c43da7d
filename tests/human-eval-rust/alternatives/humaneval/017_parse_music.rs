    let mut beats = Vec::new();
    for word in music_string.split(' ') {
        let value = match word.as_bytes() {
            [] => continue,
            [b'o'] => 4,
            [head, b'|'] if *head == b'o' => 2,
            [head, b'|'] if *head == b'.' => 1,
            _ => return None,
        };
        beats.push(value);
    }
    Some(beats)
}
