    // Split off the smallest prime factor three times; nothing but 1 may be left.
    fn without_smallest_prime(n: u64) -> Option<u64> {
        if n < 2 {
            return None;
        }
        let prime = (2..)
            .take_while(|d| d * d <= n)
            .find(|d| n % d < 1)
            .unwrap_or(n);
        Some(n / prime)
    }

    without_smallest_prime(n)
        .and_then(without_smallest_prime)
        .and_then(without_smallest_prime)
        == Some(1)
}
