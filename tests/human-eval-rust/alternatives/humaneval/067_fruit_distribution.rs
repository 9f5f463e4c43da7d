    let (apples, oranges) = description
        .strip_suffix(" oranges")?
        .split_once(" apples and ")?;
    let others = apples.parse::<u64>().ok()? + oranges.parse::<u64>().ok()?;
    if others > u64::from(total) {
        None
    } else {
        u32::try_from(u64::from(total) - others).ok()
    }
}
