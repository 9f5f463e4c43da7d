    numbers
        .iter()
        .map(|&number| {
            let whole = number as i64;
            let rounded = if number > whole as f64 {
                whole + 1
            } else {
                whole
            };
            rounded.pow(2)
        })
        .sum()
}
