    strings.concat()
}
