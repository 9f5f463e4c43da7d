    match digits.iter().find(|&&digit| digit >= 10) {
        Some(&wrong) => Err(wrong),
        None => Ok(digits
            .iter()
            .fold(0, |number, &digit| 10 * number + digit as u64)),
    }
}
