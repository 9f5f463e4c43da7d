    match text.trim().parse::<u8>() {
        Ok(age) => Ok(age),
        Err(_) => Err(["invalid age: ", text].concat()),
    }
}
