    // Walk over the characters; `waiting` means that no word of the sentence has been seen yet.
    let mut count = 0;
    let mut waiting = true;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if matches!(c, '.' | '?' | '!') {
            waiting = true;
        } else if waiting && !c.is_whitespace() {
            waiting = false;
            let word_ends = match chars.peek() {
                Some(next) => matches!(next, '.' | '?' | '!') || next.is_whitespace(),
                None => true,
            };
            count += usize::from(c == 'I' && word_ends);
        }
    }
    count
}
