    let mut before_last = None;
    let mut last = None;
    let mut length = 0;
    for c in s.chars().map(Some) {
        if c == last || c == before_last {
            return false;
        }
        before_last = last;
        last = c;
        length += 1;
    }
    length > 2
}
