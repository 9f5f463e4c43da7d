    numbers
        .iter()
        .filter(|x| x.is_finite() && x.fract() == 0.0 && **x >= 1.0 && **x < 1e6)
        .map(|&x| x as u64)
        .filter(|whole| whole & 1 == 1)
        .map(|whole| whole.pow(2))
        .sum()
}
