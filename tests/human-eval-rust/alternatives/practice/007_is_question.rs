    text.chars().last() == Some('?')
}
