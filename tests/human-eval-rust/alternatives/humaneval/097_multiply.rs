    let last_digit = |n: i64| -> i64 {
        let text = n.to_string();
        text.bytes().last().map_or(0, |byte| i64::from(byte - b'0'))
    };
    last_digit(a) * last_digit(b)
}
