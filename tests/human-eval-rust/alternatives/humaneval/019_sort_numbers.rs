    let mut keyed: Vec<(u32, &str)> = Vec::new();
    for word in numbers.split(' ').filter(|word| !word.is_empty()) {
        let value = match word {
            "zero" => 0,
            "one" => 1,
            "two" => 2,
            "three" => 3,
            "four" => 4,
            "five" => 5,
            "six" => 6,
            "seven" => 7,
            "eight" => 8,
            _ => 9,
        };
        keyed.push((value, word));
    }
    keyed.sort();
    let words: Vec<&str> = keyed.into_iter().map(|(_, word)| word).collect();
    words.join(" ")
}
