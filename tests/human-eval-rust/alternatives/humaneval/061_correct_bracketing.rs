    let mut stack = Vec::new();
    for (position, byte) in brackets.bytes().enumerate() {
        match byte {
            b'(' => stack.push(position),
            b')' if stack.pop().is_none() => return false,
            _ => {}
        }
    }
    stack.is_empty()
}
