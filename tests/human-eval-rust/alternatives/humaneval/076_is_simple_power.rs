    // No exponent above 63 gives anything new within 64 bits.
    (0..64).any(|k| n.checked_pow(k) == Some(x))
}
