    let end = line.find('#').unwrap_or(line.len());
    line[..end].trim_end()
}
