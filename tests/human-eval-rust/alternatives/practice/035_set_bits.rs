    (0..u8::BITS)
        .filter(|bit| value >> bit & 1 == 1)
        .collect()
}
