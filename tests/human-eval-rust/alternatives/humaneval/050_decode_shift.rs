    // Five places ahead 25 more times are five full alphabets less five places.
    let mut text = s.to_string();
    for _ in 0..25 {
        text = encode_shift(&text);
    }
    text
}
