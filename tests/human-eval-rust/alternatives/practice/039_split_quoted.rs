    let mut fields = vec![String::new()];
    for (i, piece) in line.split('"').enumerate() {
        let last = fields.len() - 1;
        if i % 2 == 1 {
            fields[last] += piece;
            continue;
        }
        let mut parts = piece.split(',');
        fields[last] += parts.next().unwrap();
        fields.extend(parts.map(String::from));
    }
    fields
}
