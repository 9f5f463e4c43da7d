    text.chars().next().is_none()
}
