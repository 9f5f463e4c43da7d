    let mut dots = 0;
    let mut digits = 0;
    for c in name.chars() {
        match c {
            '.' => dots += 1,
            '0'..='9' => digits += 1,
            _ => {}
        }
    }
    let good_start = matches!(name.as_bytes().first(), Some(b'a'..=b'z' | b'A'..=b'Z'));
    let good_end = name.ends_with(".txt") || name.ends_with(".exe") || name.ends_with(".dll");
    match (dots, digits, good_start, good_end) {
        (1, 0..=3, true, true) => "Yes",
        _ => "No",
    }
}
