    if a > b {
        a
    } else {
        b
    }
}
