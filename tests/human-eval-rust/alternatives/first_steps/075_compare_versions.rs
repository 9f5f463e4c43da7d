    let parse = |version: &str| -> Vec<u32> {
        let parts = version.split('.').map(|part| part.parse().unwrap_or(0));
        let mut numbers: Vec<u32> = parts.collect();
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        numbers
    };
    parse(a).cmp(&parse(b))
}
