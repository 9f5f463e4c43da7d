/// Tells whether `x` is a power of `n`, that is `x = n^k` for some whole number `k >= 0`.
///
/// The number 1 is a power of every `n`, because `n^0 = 1` (for `n = 0` as well). The powers of
/// 0 are thus 0 and 1, and 1 has no other power than itself. Both arguments may be any `u64`, and
/// the answer comes at once; mind that powers of `n` can leave the range of `u64`.
///
/// # Examples
///
/// ```
/// assert!(is_simple_power(81, 3));
/// assert!(is_simple_power(1, 7));
/// assert!(!is_simple_power(12, 2));
/// assert!(!is_simple_power(2, 1));
/// ```
pub fn is_simple_power(x: u64, n: u64) -> bool {
    if n < 2 {
        return x == 1 || x == n;
    }
    let mut power = 1u64;
    while power < x {
        match power.checked_mul(n) {
            Some(next) => power = next,
            None => return false,
        }
    }
    power == x
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(x: u64, n: u64, expected: bool) {
        assert_eq!(is_simple_power(x, n), expected, "is_simple_power({x}, {n})");
    }

    #[test]
    fn examples() {
        check(81, 3, true);
        check(1, 7, true);
        check(12, 2, false);
        check(2, 1, false);
    }

    #[test]
    fn bases_zero_and_one() {
        check(0, 0, true);
        check(1, 0, true);
        check(2, 0, false);
        check(u64::MAX, 0, false);
        check(0, 1, false);
        check(1, 1, true);
        check(3, 1, false);
        check(u64::MAX, 1, false);
    }

    #[test]
    fn zero_and_one_as_powers() {
        for n in [2, 3, 10, u64::MAX] {
            check(0, n, false);
            check(1, n, true);
            check(n, n, true);
        }
    }

    #[test]
    fn all_small_pairs() {
        // Oracle: the set of all powers below 300, built by a growing exponent.
        for n in 0..40u32 {
            let powers: Vec<u32> = (0..9).filter_map(|k| n.checked_pow(k)).collect();
            for x in 0..300 {
                check(u64::from(x), u64::from(n), powers.contains(&x));
            }
        }
    }

    #[test]
    fn largest_powers() {
        check(1 << 63, 2, true);
        check((1 << 63) + 1, 2, false);
        check((1 << 63) - 1, 2, false);
        check(u64::MAX, 2, false);
        check(12_157_665_459_056_928_801, 3, true);
        check(12_157_665_459_056_928_802, 3, false);
        check(u64::MAX, 3, false);
        check(10_000_000_000_000_000_000, 10, true);
        check(10_000_000_000_000_000_001, 10, false);
        check(4_294_967_295 * 4_294_967_295, 4_294_967_295, true);
        check(u64::MAX, 4_294_967_296, false);
        check(u64::MAX, u64::MAX, true);
        check(u64::MAX - 1, u64::MAX, false);
        check(u64::MAX, u64::MAX - 1, false);
    }
}
