    let mut count = 0;
    let mut rest = string;
    while let Some(found) = rest.find(substring) {
        count += 1;
        let mut after = rest[found..].chars();
        after.next();
        rest = after.as_str();
    }
    count
}
