    // From the highest bit of the exponent down.
    let mut result = 1;
    for bit in (0..u64::BITS).rev() {
        result = result * result % p;
        if n & (1 << bit) != 0 {
            result = 2 * result % p;
        }
    }
    result % p
}
