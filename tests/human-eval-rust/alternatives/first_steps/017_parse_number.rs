    match text.parse::<i32>() {
        Ok(number) => Some(number),
        Err(_) => None,
    }
}
