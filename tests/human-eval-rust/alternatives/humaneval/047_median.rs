    // The element that has at most `rank` smaller ones and at most the rest
    // larger ones is the one of that rank.
    let of_rank = |rank: usize| {
        let fits = |x: &&f64| {
            let smaller = numbers.iter().filter(|y| y < x).count();
            let equal = numbers.iter().filter(|y| y == x).count();
            smaller <= rank && rank < smaller + equal
        };
        numbers.iter().find(fits)
    };
    let last = numbers.len().checked_sub(1)?;
    Some(0.5 * of_rank(last / 2)? + 0.5 * of_rank(numbers.len() / 2)?)
}
