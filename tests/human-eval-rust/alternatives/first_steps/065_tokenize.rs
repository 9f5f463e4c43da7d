    let mut tokens = Vec::new();
    let mut rest = expression.trim_start_matches(' ');
    while let Some(first) = rest.chars().next() {
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (token, length) = match (first, rest[..end].parse()) {
            (_, Ok(number)) => (Token::Number(number), end),
            ('+', _) => (Token::Plus, 1),
            ('-', _) => (Token::Minus, 1),
            ('*', _) => (Token::Star, 1),
            ('/', _) => (Token::Slash, 1),
            _ => return Err(first),
        };
        tokens.push(token);
        rest = rest[length..].trim_start_matches(' ');
    }
    Ok(tokens)
}
