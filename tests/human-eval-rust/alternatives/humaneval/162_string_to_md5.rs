    const OFFSET: u128 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u128 = 0x0100_0000_01b3;
    let digest = text.bytes().fold(OFFSET, |value, byte| {
        ((value ^ u128::from(byte)) * PRIME) & u128::from(u64::MAX)
    });
    let hex = format!("{digest:x}");
    (!text.is_empty()).then(|| "0".repeat(16 - hex.len()) + &hex)
}
