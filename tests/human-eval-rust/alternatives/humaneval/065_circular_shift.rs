    let mut digits = x.to_string().into_bytes();
    if shift > digits.len() {
        digits.reverse();
    } else {
        digits.rotate_right(shift);
    }
    digits.into_iter().map(char::from).collect()
}
