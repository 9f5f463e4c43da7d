    // Bit d of the mask is set when the digit d is prime.
    num.bytes()
        .filter_map(|byte| char::from(byte).to_digit(16))
        .map(|digit| 0b0010_1000_1010_1100_usize >> digit & 1)
        .sum()
}
