    if items.len() < 3 {
        return &[];
    }
    &items[1..items.len() - 1]
}
