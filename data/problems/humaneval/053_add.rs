/// Returns the sum of `x` and `y`.
///
/// `x` and `y` are such that their sum fits in an `i64`.
///
/// # Examples
///
/// ```
/// assert_eq!(add(19, 23), 42);
/// assert_eq!(add(-7, 3), -4);
/// ```
pub fn add(x: i64, y: i64) -> i64 {
    x + y
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(x: i64, y: i64, expected: i64) {
        assert_eq!(add(x, y), expected, "add({x}, {y})");
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check(19, 23, 42);
        check(-7, 3, -4);
    }

    #[test]
    fn zeros_and_ones() {
        check(0, 0, 0);
        check(0, 1, 1);
        check(1, 0, 1);
        check(1, 1, 2);
        check(-1, 1, 0);
        check(1, -1, 0);
        check(-1, -1, -2);
        check(2, 2, 4);
    }

    #[test]
    fn largest_sums() {
        check(i64::MAX, 0, i64::MAX);
        check(0, i64::MIN, i64::MIN);
        check(i64::MAX, i64::MIN, -1);
        check(i64::MIN, i64::MAX, -1);
        check(i64::MAX - 1, 1, i64::MAX);
        check(-1, i64::MIN + 1, i64::MIN);
        check(1 << 62, (1 << 62) - 1, i64::MAX);
        check(5_000_000_000, 7_000_000_000, 12_000_000_000);
    }

    #[test]
    fn subtracting_gives_the_other_back() {
        let mut state = 113;
        for _ in 0..500 {
            let x = next(&mut state, 1 << 31) as i64 - (1 << 30);
            let sum = next(&mut state, 1 << 31) as i64 - (1 << 30);
            check(x, sum - x, sum);
        }
    }
}
