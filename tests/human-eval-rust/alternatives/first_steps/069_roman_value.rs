    let value = |letter: char| {
        let letters = [
            ('I', 1),
            ('V', 5),
            ('X', 10),
            ('L', 50),
            ('C', 100),
            ('D', 500),
            ('M', 1_000),
        ];
        letters
            .iter()
            .find(|pair| pair.0 == letter)
            .map(|pair| pair.1)
    };
    let values: Option<Vec<i32>> = numeral.chars().map(value).collect();
    let values = values?;
    let mut total = 0;
    for (i, &value) in values.iter().enumerate() {
        match values.get(i + 1) {
            Some(&next) if next > value => total -= value,
            _ => total += value,
        }
    }
    u32::try_from(total).ok()
}
