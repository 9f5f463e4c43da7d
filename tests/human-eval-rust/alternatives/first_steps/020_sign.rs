    n.signum()
}
