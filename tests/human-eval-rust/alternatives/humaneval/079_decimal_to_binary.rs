    let mut digits = Vec::new();
    let mut rest = n;
    loop {
        digits.push(if rest & 1 == 1 { '1' } else { '0' });
        rest >>= 1;
        if rest < 1 {
            break;
        }
    }
    let digits: String = digits.into_iter().rev().collect();
    ["db", &digits, "db"].concat()
}
