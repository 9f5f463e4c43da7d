    let mut keyed: Vec<(i64, usize, i64)> = Vec::with_capacity(numbers.len());
    for (position, &n) in numbers.iter().enumerate() {
        let text = n.unsigned_abs().to_string();
        let mut sum = 0;
        for (i, digit) in text.bytes().map(|b| i64::from(b - b'0')).enumerate() {
            sum += if n < 0 && i == 0 { -digit } else { digit };
        }
        keyed.push((sum, position, n));
    }
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, _, n)| n).collect()
}
