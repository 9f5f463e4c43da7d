    let bytes = a.bytes().zip(b.bytes());
    bytes.map(|(x, y)| char::from(b'0' + (x ^ y))).collect()
}
