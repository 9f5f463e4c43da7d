    // Miller-Rabin; these bases are enough below 3.4e14.
    let power = |base: u64, exponent: u64| {
        let mut square = u128::from(base);
        let mut result = 1u128;
        for bit in 0..64 {
            if exponent >> bit & 1 == 1 {
                result = result * square % u128::from(n);
            }
            square = square * square % u128::from(n);
        }
        result as u64
    };
    let bases = [2, 3, 5, 7, 11, 13, 17];
    if n < 2 || bases.contains(&n) {
        return n >= 2;
    }
    let twos = (n - 1).trailing_zeros();
    let odd = (n - 1) >> twos;
    bases
        .into_iter()
        .all(|base| power(base, odd) == 1 || (0..twos).any(|i| power(base, odd << i) == n - 1))
}
