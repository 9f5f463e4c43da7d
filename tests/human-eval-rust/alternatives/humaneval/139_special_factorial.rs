    match n.checked_sub(1) {
        None => Some(1),
        // `k` is a factor of each of the `n - k + 1` factorials from `k!` on.
        Some(_) => (1..=u64::from(n)).rev().try_fold(1u64, |product, k| {
            let times = n.checked_sub(u32::try_from(k).ok()?)? + 1;
            product.checked_mul(k.checked_pow(times)?)
        }),
    }
}
