    let (mut left, mut right) = (a.iter(), b.iter());
    let mut mixed = Vec::new();
    while mixed.len() < a.len() + b.len() {
        mixed.extend(left.next());
        mixed.extend(right.next());
    }
    mixed
}
