    let mut settings = BTreeMap::new();
    let mut number = 0;
    for line in text.lines() {
        number += 1;
        if line.trim().is_empty() || line.as_bytes()[0] == b'#' {
            continue;
        }
        let Some(equals) = line.find('=') else {
            return Err(number);
        };
        let key = line[..equals].trim();
        let Ok(value) = line[equals + 1..].trim().parse::<i32>() else {
            return Err(number);
        };
        if key.is_empty() {
            return Err(number);
        }
        settings.insert(key.to_owned(), value);
    }
    Ok(settings)
}
