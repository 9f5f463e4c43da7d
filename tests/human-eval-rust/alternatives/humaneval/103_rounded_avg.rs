    let distance = m.checked_sub(n)?;
    let lower = n + distance / 2;
    // A distance that is odd puts the average between `lower` and its successor.
    let average = if distance & 1 == 1 {
        lower + (lower & 1)
    } else {
        lower
    };
    let digits: String = (0..64 - average.leading_zeros().min(63))
        .rev()
        .map(|bit| if average >> bit & 1 == 1 { '1' } else { '0' })
        .collect();
    Some("0b".to_owned() + &digits)
}
