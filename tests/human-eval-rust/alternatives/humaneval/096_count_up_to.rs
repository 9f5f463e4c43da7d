    let mut primes: Vec<usize> = Vec::new();
    for candidate in 2..n {
        let mut small = primes.iter().take_while(|&p| p * p <= candidate);
        if small.all(|p| candidate % p > 0) {
            primes.push(candidate);
        }
    }
    primes
}
