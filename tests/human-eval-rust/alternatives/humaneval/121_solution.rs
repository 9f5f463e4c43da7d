    numbers
        .chunks(2)
        .map(|pair| pair[0] * pair[0].rem_euclid(2))
        .sum()
}
