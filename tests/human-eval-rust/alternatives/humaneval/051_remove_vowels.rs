    let mut rest = text;
    let mut result = String::new();
    while let Some(at) = rest.find(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']) {
        result.push_str(&rest[..at]);
        rest = &rest[at + 1..];
    }
    result + rest
}
