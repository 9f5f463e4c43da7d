    let mut result = String::new();
    for _ in 0..times {
        result.push_str(text);
    }
    result
}
