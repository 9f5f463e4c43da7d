    if matches!(n, 2 | 3 | 5) {
        return x;
    }
    if n < 7 || n % 2 == 0 || n % 3 == 0 || n % 5 == 0 {
        return y;
    }
    // All further divisors are between two multiples of 30.
    let gaps = [4, 2, 4, 2, 4, 6, 2, 6];
    let mut divisor = 7;
    for gap in gaps.iter().cycle() {
        if divisor > n / divisor {
            break;
        }
        if n % divisor == 0 {
            return y;
        }
        divisor += gap;
    }
    x
}
