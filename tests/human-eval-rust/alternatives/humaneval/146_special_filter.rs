    numbers
        .iter()
        .filter(|&&n| n > 10)
        .map(|n| n.to_string().into_bytes())
        .filter(|digits| {
            [digits.first(), digits.last()]
                .iter()
                .flatten()
                .all(|&d| d & 1 == 1)
        })
        .count()
}
