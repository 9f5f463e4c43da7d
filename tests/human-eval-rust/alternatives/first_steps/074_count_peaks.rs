    let inner = 1..numbers.len().max(2) - 1;
    inner
        .filter(|&i| numbers[i] > numbers[i - 1].max(numbers[i + 1]))
        .count()
}
