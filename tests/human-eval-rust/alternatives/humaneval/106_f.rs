    fn value(i: u64) -> Option<u64> {
        if i & 1 == 0 {
            (1..=i).try_fold(1u64, |product, factor| product.checked_mul(factor))
        } else {
            Some((1..=i).sum())
        }
    }

    (1..=n).map(value).collect()
}
