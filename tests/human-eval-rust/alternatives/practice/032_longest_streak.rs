    days.split(|day| !day).map(<[bool]>::len).max().unwrap_or(0)
}
