    // How many single numbers, pairs and triples so far have each remainder.
    let mut singles = [0u64; 3];
    let mut pairs = [0u64; 3];
    let mut triples = 0;
    for i in 1..=n {
        let remainder = ((i * i - i + 1) % 3) as usize;
        triples += pairs[(3 - remainder) % 3];
        for (other, count) in singles.iter().enumerate() {
            pairs[(remainder + other) % 3] += count;
        }
        singles[remainder] += 1;
    }
    triples
}
