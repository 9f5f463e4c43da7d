    let mut list = String::new();
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            list += ", ";
        }
        list += item;
    }
    list
}
