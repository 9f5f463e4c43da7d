    let mut depths = Vec::new();
    let mut open = 0;
    let mut in_word = false;
    for c in paren_string.chars() {
        match c {
            '(' => {
                if !in_word {
                    in_word = true;
                    depths.push(0);
                }
                open += 1;
                if let Some(depth) = depths.last_mut() {
                    *depth = open.max(*depth);
                }
            }
            ')' => open -= 1,
            _ => in_word = false,
        }
    }
    depths
}
