    text.chars().flat_map(char::to_uppercase).collect()
}
