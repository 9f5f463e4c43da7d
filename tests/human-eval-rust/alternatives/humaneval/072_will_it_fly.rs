    // Take one weight from each end at a time, as long as they are equal.
    let mut left = limit;
    let mut rest = weights;
    while let [first, inner @ .., last] = rest {
        match left.checked_sub(2 * u64::from(*first)) {
            Some(lighter) if first == last => left = lighter,
            _ => return false,
        }
        rest = inner;
    }
    rest.iter().all(|&middle| u64::from(middle) <= left)
}
