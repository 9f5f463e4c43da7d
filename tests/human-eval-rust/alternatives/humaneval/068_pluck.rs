    (0..values.len())
        .filter(|&index| values[index] & 1 == 0)
        .map(|index| (values[index], index))
        .min()
}
