    let mut sentences = Vec::with_capacity(items.len());
    for item in items {
        let mut odd = 0;
        for digit in item.chars() {
            if matches!(digit, '1' | '3' | '5' | '7' | '9') {
                odd += 1;
            }
        }
        let pieces: Vec<&str> = TEMPLATE.split('#').collect();
        sentences.push(pieces.join(&format!("{odd}")));
    }
    sentences
}
