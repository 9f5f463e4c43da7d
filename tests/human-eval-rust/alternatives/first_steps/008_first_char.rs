    text.char_indices().map(|(_, c)| c).next()
}
