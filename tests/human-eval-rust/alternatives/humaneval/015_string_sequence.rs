    let numbers: Vec<String> = (0..=n).map(|i| i.to_string()).collect();
    numbers.join(" ")
}
