    value.max(0).min(100)
}
