    text.chars().map(char::len_utf8).sum()
}
