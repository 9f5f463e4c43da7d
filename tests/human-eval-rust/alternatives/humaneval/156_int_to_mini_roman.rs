    // One decimal place: the symbols for one, five and ten of it.
    let place = |digit: usize, [one, five, ten]: [&str; 3]| match digit {
        4 => [one, five].concat(),
        9 => [one, ten].concat(),
        0..=3 => one.repeat(digit),
        _ => five.to_string() + &one.repeat(digit - 5),
    };
    match num {
        1000 => Some(String::from("m")),
        1..=999 => {
            let n = num as usize;
            let hundreds = place(n / 100, ["c", "d", "m"]);
            let tens = place(n / 10 % 10, ["x", "l", "c"]);
            let units = place(n % 10, ["i", "v", "x"]);
            Some(hundreds + &tens + &units)
        }
        _ => None,
    }
}
