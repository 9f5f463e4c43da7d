    let digits = num.unsigned_abs().to_string().into_bytes();
    let (even, odd): (Vec<u8>, Vec<u8>) = digits.into_iter().partition(|digit| digit & 1 == 0);
    (even.len(), odd.len())
}
