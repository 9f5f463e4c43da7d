    let mut previous = None;
    let mut repeats = 0;
    for &n in numbers {
        match previous {
            Some(p) if n < p => return false,
            Some(p) if n == p && repeats == 1 => return false,
            Some(p) if n == p => repeats = 1,
            _ => repeats = 0,
        }
        previous = Some(n);
    }
    true
}
