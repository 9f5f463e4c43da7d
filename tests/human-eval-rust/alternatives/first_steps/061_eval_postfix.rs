    let mut stack: Vec<i64> = Vec::new();
    for token in tokens {
        if let Ok(number) = token.parse() {
            stack.push(number);
            continue;
        }
        let (right, left) = (stack.pop()?, stack.pop()?);
        stack.push(match *token {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            _ => return None,
        });
    }
    let result = stack.pop();
    result.filter(|_| stack.is_empty())
}
