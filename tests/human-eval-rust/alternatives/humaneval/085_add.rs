    values
        .chunks_exact(2)
        .map(|pair| pair[1])
        .filter(|value| value & 1 == 0)
        .sum()
}
