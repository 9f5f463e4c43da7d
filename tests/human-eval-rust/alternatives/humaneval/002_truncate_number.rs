    number % 1.0
}
