    let target = n.unsigned_abs();
    let (mut low, mut high) = (0u64, 1 << 21);
    while low < high {
        let middle = (low + high) / 2;
        if middle.pow(3) < target {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low.pow(3) == target
}
