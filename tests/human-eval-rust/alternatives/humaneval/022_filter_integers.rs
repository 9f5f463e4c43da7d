    let mut integers = Vec::new();
    for value in values {
        if let Value::Integer(integer) = value {
            integers.push(*integer);
        }
    }
    integers
}
