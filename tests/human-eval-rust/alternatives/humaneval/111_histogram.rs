    let mut tally = [0usize; 26];
    for word in text.split_ascii_whitespace() {
        tally[usize::from(word.as_bytes()[0] - b'a')] += 1;
    }
    let mut best = 1;
    let mut winners = BTreeMap::new();
    for (letter, count) in ('a'..='z').zip(tally) {
        if count > best {
            winners.clear();
            best = count;
        }
        if count == best {
            winners.insert(letter, count);
        }
    }
    winners
}
