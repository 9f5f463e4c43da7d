    !(inner.width > outer.width || inner.height > outer.height)
}
