    text.matches(target).count()
}
