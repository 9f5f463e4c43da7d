    let mut chars: Vec<char> = text.chars().collect();
    for word in chars.split_mut(|&c| c == ' ') {
        word.sort();
    }
    String::from_iter(chars)
}
