    ('A'..='Z')
        .map(|letter| u64::from(letter) * text.matches(letter).count() as u64)
        .sum()
}
