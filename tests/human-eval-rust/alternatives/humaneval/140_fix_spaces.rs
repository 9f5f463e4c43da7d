    let mut fixed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(' ') {
        let (before, from_here) = rest.split_at(at);
        let after = from_here.trim_start_matches(' ');
        fixed.push_str(before);
        fixed.push_str(match from_here.len() - after.len() {
            1 => "_",
            2 => "__",
            _ => "-",
        });
        rest = after;
    }
    fixed + rest
}
