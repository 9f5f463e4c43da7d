    match answer {
        true => "yes",
        false => "no",
    }
}
