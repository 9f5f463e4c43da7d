    let mut pile = Vec::new();
    let mut stones = n;
    while (pile.len() as u64) < n {
        pile.push(stones);
        stones += 2;
    }
    pile
}
