    if n < 0 {
        -n
    } else {
        n
    }
}
