    if n > 93 {
        return None;
    }
    // Fast doubling: walk over the bits of n from the highest one down.
    let (mut a, mut b) = (0u128, 1u128);
    for bit in (0..7).rev() {
        let even = a * (2 * b - a);
        let odd = a * a + b * b;
        (a, b) = if n >> bit & 1 == 1 {
            (odd, even + odd)
        } else {
            (even, odd)
        };
    }
    u64::try_from(a).ok()
}
