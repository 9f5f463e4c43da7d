    if n < 2 {
        return Some(u64::from(n));
    }
    // All numbers with n digits, less those that neither start nor end with 1.
    let mut inner = 1u128;
    for _ in 2..n.min(30) {
        inner *= 10;
    }
    u64::try_from(9 * 10 * inner - 8 * 9 * inner).ok()
}
