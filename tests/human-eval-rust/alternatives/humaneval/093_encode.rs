    let mut coded = String::with_capacity(message.len());
    for c in message.chars() {
        coded.push(match c {
            'a' => 'C',
            'e' => 'G',
            'i' => 'K',
            'o' => 'Q',
            'u' => 'W',
            'A' => 'c',
            'E' => 'g',
            'I' => 'k',
            'O' => 'q',
            'U' => 'w',
            'a'..='z' | 'A'..='Z' => char::from(c as u8 ^ 0b10_0000),
            other => other,
        });
    }
    coded
}
