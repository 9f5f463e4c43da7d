    use std::cmp::Reverse;

    let strength = |name: &str| {
        let upper = name.matches(|c: char| c.is_ascii_uppercase()).count();
        let lower = name.matches(|c: char| c.is_ascii_lowercase()).count();
        upper as i128 - lower as i128
    };
    let strongest = (0..extensions.len()).max_by_key(|&i| (strength(extensions[i]), Reverse(i)))?;
    Some([class_name, extensions[strongest]].join("."))
}
