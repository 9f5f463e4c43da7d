    let mut rest = items.iter();
    let mut best = rest.next()?;
    for item in rest {
        if best < item {
            best = item;
        }
    }
    Some(best)
}
