    let fibonacci = std::iter::successors(Some((1u64, 2u64)), |&(a, b)| Some((b, a + b)));
    let smallest_factor = |number: u64| {
        let odd = (3..).step_by(2).take_while(|d| d * d <= number);
        let mut candidates = std::iter::once(2).chain(odd);
        candidates.find(|d| number / d * d == number)
    };
    let prime = |number: &u64| match smallest_factor(*number) {
        Some(factor) => factor == *number,
        None => true,
    };
    let primes = fibonacci.map(|(_, b)| b).filter(prime);
    primes.take(n).last().unwrap_or(0)
}
