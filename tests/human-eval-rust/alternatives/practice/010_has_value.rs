    matches!(value, Some(_))
}
