/// Computes the `n`-th number of a sequence in the manner of Fibonacci.
///
/// Its first four numbers, for `n` from 0 to 3, are 0, 0, 2 and 0. Each further
/// number is the sum of the four numbers before it, so the next ones are 2, 4, 8
/// and 14.
///
/// `n` is at most 60; the result fits in a `u64` with room to spare. Recursion
/// that computes the same numbers again and again is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(fib4(2), 2);
/// assert_eq!(fib4(5), 4);
/// assert_eq!(fib4(8), 28);
/// ```
pub fn fib4(n: usize) -> u64 {
    let mut window = [0, 0, 2, 0];
    for _ in 0..n {
        let [a, b, c, d] = window;
        window = [b, c, d, a + b + c + d];
    }
    window[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: usize, expected: u64) {
        assert_eq!(fib4(n), expected, "fib4({n})");
    }

    #[test]
    fn examples() {
        check(2, 2);
        check(5, 4);
        check(8, 28);
    }

    #[test]
    fn first_numbers() {
        let expected = [0, 0, 2, 0, 2, 4, 8, 14, 28, 54, 104, 200, 386, 744, 1434];
        for (n, expected) in expected.into_iter().enumerate() {
            check(n, expected);
        }
    }

    #[test]
    fn sum_of_the_four_before() {
        for n in 4..=60 {
            check(n, (1..=4).map(|back| fib4(n - back)).sum());
        }
    }

    #[test]
    fn agrees_with_tilings() {
        // Counted differently: the 2 at n = 2 spreads in steps of 1 to 4, but
        // a step must not end on n = 3, where the sequence is 0.
        let mut ways = [0u64; 61];
        ways[2] = 2;
        for from in 2..61 {
            for to in from + 1..=(from + 4).min(60) {
                if to > 3 {
                    ways[to] += ways[from];
                }
            }
        }
        for (n, expected) in ways.into_iter().enumerate() {
            check(n, expected);
        }
    }

    #[test]
    fn large_arguments() {
        check(40, 36_877_489_824);
        check(60, 18_489_636_016_979_440);
    }
}
