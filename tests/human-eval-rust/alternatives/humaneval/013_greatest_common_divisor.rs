    // Only halving and subtracting: both operands are kept odd.
    if a == 0 || b == 0 {
        return a | b;
    }
    let common = (a | b).trailing_zeros();
    let mut small = a >> a.trailing_zeros();
    let mut large = b;
    while large != 0 {
        large >>= large.trailing_zeros();
        if small > large {
            std::mem::swap(&mut small, &mut large);
        }
        large -= small;
    }
    small << common
}
