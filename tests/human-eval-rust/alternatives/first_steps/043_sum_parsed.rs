    items.iter().map(|item| item.parse::<i32>()).sum()
}
