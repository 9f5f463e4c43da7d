    // From S(k) to S(2k) = 2 S(k) + k * k, and to S(2k + 1) by one more term; bit by bit.
    let mut k = 0u128;
    let mut sum = 0u128;
    for bit in (0..64).rev() {
        sum = 2 * sum + k * k;
        k *= 2;
        if n >> bit & 1 == 1 {
            k += 1;
            sum += k;
        }
    }
    sum
}
