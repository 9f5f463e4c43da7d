    name.filter(|n| !n.is_empty()).unwrap_or(fallback)
}
