    let mut open = String::new();
    for c in text.chars() {
        let wanted = match c {
            '(' | '[' | '{' => {
                open.push(c);
                continue;
            }
            ')' => '(',
            ']' => '[',
            '}' => '{',
            _ => continue,
        };
        if !open.ends_with(wanted) {
            return false;
        }
        open.pop();
    }
    open.is_empty()
}
