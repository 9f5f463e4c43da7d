    n.pow(2)
}
