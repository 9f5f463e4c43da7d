    let mut evens = Vec::new();
    let mut odds = Vec::new();
    for (i, &number) in numbers.iter().enumerate() {
        if i & 1 == 0 {
            evens.push(number);
        } else {
            odds.push(number);
        }
    }
    evens.sort_by(|a, b| b.cmp(a));
    let mut odds = odds.into_iter();
    let mut result = Vec::new();
    while let Some(even) = evens.pop() {
        result.push(even);
        result.extend(odds.next());
    }
    result
}
