    low <= n && n <= high
}
