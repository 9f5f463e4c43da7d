    let mut names: Vec<&str> = Vec::new();
    for person in people {
        if person.age > 17 {
            names.push(&person.name);
        }
    }
    names
}
