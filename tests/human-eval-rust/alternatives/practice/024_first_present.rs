    for value in values {
        if value.is_some() {
            return *value;
        }
    }
    None
}
