    const PLAIN: &str = "abcdefghijklmnopqrstuvwxyz";
    const SECRET: &[u8] = b"efghijklmnopqrstuvwxyzabcd";

    let mut secret = String::with_capacity(text.len());
    for c in text.chars() {
        match PLAIN.find(c) {
            Some(place) => secret.push(char::from(SECRET[place])),
            None => secret.push(c),
        }
    }
    secret
}
