    for item in items {
        if *item != items[0] {
            return false;
        }
    }
    true
}
