    width + height + width + height
}
