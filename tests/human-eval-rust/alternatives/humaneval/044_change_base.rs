    let mut rest = x;
    let mut digits = std::collections::VecDeque::new();
    while rest > 0 || digits.is_empty() {
        digits.push_front(b'0' + (rest % base) as u8);
        rest /= base;
    }
    digits.into_iter().map(char::from).collect()
}
