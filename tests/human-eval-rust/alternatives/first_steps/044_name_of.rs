    for user in users {
        if user.id == id {
            return Some(&user.name);
        }
    }
    None
}
