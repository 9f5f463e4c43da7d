/// Tells whether the length of what two closed intervals have in common is a
/// prime number.
///
/// Each interval is given as `(start, end)` with `start <= end` and contains
/// both of its ends. The common part of two intervals that meet reaches from
/// the larger start to the smaller end; its length is the end minus the start,
/// so that `(3, 3)` has length 0 and `(1, 4)` has length 3.
///
/// Returns `"YES"` when the intervals meet and the length of the common part
/// is prime, and `"NO"` otherwise: no common point, a length of 0 or 1, or a
/// length that is the product of two smaller numbers.
///
/// All numbers lie between `-1_000_000_000` and `1_000_000_000`. The length
/// may thus reach `2_000_000_000`, which is too much to try every smaller
/// number as a divisor.
///
/// # Examples
///
/// ```
/// assert_eq!(intersection((0, 9), (4, 20)), "YES"); // (4, 9), length 5
/// assert_eq!(intersection((-6, 6), (-2, 2)), "NO"); // (-2, 2), length 4
/// assert_eq!(intersection((1, 2), (3, 4)), "NO"); // nothing in common
/// ```
pub fn intersection(first: (i64, i64), second: (i64, i64)) -> &'static str {
    let start = first.0.max(second.0);
    let end = first.1.min(second.1);
    if is_prime(end - start) {
        "YES"
    } else {
        "NO"
    }
}

fn is_prime(n: i64) -> bool {
    let mut divisor = 2;
    while divisor * divisor <= n {
        if n % divisor == 0 {
            return false;
        }
        divisor += 1;
    }
    n >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small linear congruential generator, so that every run sees the same inputs.
    struct Lcg(u64);

    impl Lcg {
        fn below(&mut self, bound: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % bound
        }
    }

    fn check(first: (i64, i64), second: (i64, i64), expected: &str) {
        let got = intersection(first, second);
        assert_eq!(got, expected, "intersection({first:?}, {second:?})");
    }

    const PRIMES: [i64; 15] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47];

    /// Counts the unit steps that lie in both intervals.
    fn brute(first: (i64, i64), second: (i64, i64)) -> &'static str {
        let inside = |(start, end): (i64, i64), at: i64| start <= at && at < end;
        let length = (-30..30)
            .filter(|&at| inside(first, at) && inside(second, at))
            .count() as i64;
        if PRIMES.contains(&length) {
            "YES"
        } else {
            "NO"
        }
    }

    #[test]
    fn examples() {
        check((0, 9), (4, 20), "YES");
        check((-6, 6), (-2, 2), "NO");
        check((1, 2), (3, 4), "NO");
    }

    #[test]
    fn every_small_length() {
        for length in 0..=52 {
            let expected = if PRIMES.contains(&length) {
                "YES"
            } else {
                "NO"
            };
            check((0, length), (0, length), expected);
            check((-60, length), (0, 60), expected);
            check((-9, 60), (-60, length - 9), expected);
        }
    }

    #[test]
    fn disjoint_and_touching() {
        check((0, 5), (5, 9), "NO");
        check((5, 9), (0, 5), "NO");
        check((0, 3), (5, 9), "NO");
        check((0, 2), (5, 9), "NO");
        check((7, 9), (0, 2), "NO");
        check((4, 4), (4, 4), "NO");
        check((0, 5), (4, 9), "NO");
        check((0, 5), (3, 9), "YES");
    }

    #[test]
    fn one_inside_the_other() {
        check((-10, 10), (1, 4), "YES");
        check((1, 4), (-10, 10), "YES");
        check((-10, 10), (1, 5), "NO");
        check((1, 4), (1, 40), "YES");
        check((1, 4), (-40, 4), "YES");
    }

    #[test]
    fn agrees_with_counting_steps() {
        let mut rng = Lcg(127);
        for _ in 0..1500 {
            let mut interval = || {
                let ends = [rng.below(50) as i64 - 25, rng.below(50) as i64 - 25];
                (ends[0].min(ends[1]), ends[0].max(ends[1]))
            };
            let (first, second) = (interval(), interval());
            check(first, second, brute(first, second));
        }
    }

    #[test]
    fn large_lengths() {
        let low = -1_000_000_000;
        check((low, 1_000_000_000), (low, 999_999_973), "YES"); // 1999999973 is prime
        check((low, 999_999_975), (low, 1_000_000_000), "NO"); // 1999999975 = 5 * ..
        check((low, 999_073_521), (low, 999_073_521), "NO"); // 44711 * 44711
        check((low, 1_000_000_000), (0, 999_999_937), "YES"); // 999999937 is prime
    }
}
