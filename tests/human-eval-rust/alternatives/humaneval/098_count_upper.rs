    s.chars()
        .enumerate()
        .filter(|&(index, c)| index & 1 == 0 && "AEIOU".contains(c))
        .count()
}
