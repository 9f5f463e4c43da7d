    text.split(char::is_whitespace)
        .find(|word| !word.is_empty())
}
