    // Four times 2, and an even number that is shared out in any way.
    match n.checked_sub(8) {
        Some(rest) => rest >= 0 && rest & 1 == 0,
        None => false,
    }
}
