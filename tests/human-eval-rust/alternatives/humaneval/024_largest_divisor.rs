    let mut largest = None;
    let mut low = 1;
    while low * low <= n && low < n {
        let high = n / low;
        if low * high == n {
            largest = largest.max(Some(if low == 1 { 1 } else { high }));
        }
        low += 1;
    }
    largest
}
