    if need <= remaining {
        (number + need, remaining - need)
    } else {
        (number + remaining, 0)
    }
}
