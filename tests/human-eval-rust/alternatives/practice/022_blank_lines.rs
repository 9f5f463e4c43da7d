    let mut count = 0;
    for line in text.lines() {
        if line.chars().all(char::is_whitespace) {
            count += 1;
        }
    }
    count
}
