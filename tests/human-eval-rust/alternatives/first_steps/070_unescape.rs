    let mut result = String::new();
    let mut rest = text;
    while let Some(position) = rest.find('\\') {
        result += &rest[..position];
        result += match rest.as_bytes().get(position + 1) {
            Some(b'n') => "\n",
            Some(b't') => "\t",
            Some(b'\\') => "\\",
            _ => return None,
        };
        rest = &rest[position + 2..];
    }
    Some(result + rest)
}
