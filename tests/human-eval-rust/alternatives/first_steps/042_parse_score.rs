    let colon = line.find(':')?;
    let name = line[..colon].trim();
    match line[colon + 1..].trim().parse::<u32>() {
        Ok(points) if !name.is_empty() => Some(Score {
            name: name.to_owned(),
            points,
        }),
        _ => None,
    }
}
