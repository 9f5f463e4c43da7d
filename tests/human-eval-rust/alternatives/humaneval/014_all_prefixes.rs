    let mut prefixes = Vec::new();
    let mut rest = string;
    while !rest.is_empty() {
        prefixes.push(rest);
        let mut chars = rest.chars();
        chars.next_back();
        rest = chars.as_str();
    }
    prefixes.reverse();
    prefixes
}
