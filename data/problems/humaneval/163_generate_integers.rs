/// Returns the even digits between `a` and `b`, in ascending order.
///
/// The even digits are the one-digit numbers 2, 4, 6 and 8; larger even
/// numbers are never part of the result. Both ends belong to the range. The
/// two may be given in either order: `a` may be greater than `b`.
///
/// `a` and `b` are at least 1 and may be as large as `u64::MAX`, so that going
/// through the whole range is too slow. If there is no even digit between them
/// the result is empty.
///
/// # Examples
///
/// ```
/// assert_eq!(generate_integers(3, 7), [4, 6]);
/// assert_eq!(generate_integers(30, 6), [6, 8]);
/// assert_eq!(generate_integers(11, 20), []);
/// ```
pub fn generate_integers(a: u64, b: u64) -> Vec<u64> {
    let low = a.min(b);
    let high = a.max(b);
    let mut digits = vec![2, 4, 6, 8];
    digits.retain(|&digit| low <= digit && digit <= high);
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks both orders of the arguments.
    fn check(a: u64, b: u64, expected: &[u64]) {
        let got = generate_integers(a, b);
        assert_eq!(got, expected, "generate_integers({a}, {b})");
        let got = generate_integers(b, a);
        assert_eq!(got, expected, "generate_integers({b}, {a})");
    }

    #[test]
    fn examples() {
        check(3, 7, &[4, 6]);
        check(30, 6, &[6, 8]);
        check(11, 20, &[]);
    }

    #[test]
    fn both_ends_belong_to_the_range() {
        check(2, 8, &[2, 4, 6, 8]);
        check(1, 9, &[2, 4, 6, 8]);
        check(3, 8, &[4, 6, 8]);
        check(2, 7, &[2, 4, 6]);
        check(4, 6, &[4, 6]);
        check(5, 5, &[]);
        check(1, 1, &[]);
        for digit in [2, 4, 6, 8] {
            check(digit, digit, &[digit]);
            check(digit, digit + 1, &[digit]);
            check(digit - 1, digit, &[digit]);
        }
    }

    #[test]
    fn numbers_with_several_digits() {
        check(8, 10, &[8]);
        check(9, 10, &[]);
        check(10, 10, &[]);
        check(12, 48, &[]);
        check(1, 100, &[2, 4, 6, 8]);
        check(7, 22, &[8]);
    }

    #[test]
    fn agrees_with_walking_through_the_range() {
        for a in 1..=25 {
            for b in a..=25 {
                let expected: Vec<u64> = (a..=b)
                    .filter(|n| n.to_string().len() == 1 && n & 1 == 0)
                    .collect();
                check(a, b, &expected);
            }
        }
    }

    #[test]
    fn wide_ranges() {
        check(1, u64::MAX, &[2, 4, 6, 8]);
        check(6, u64::MAX, &[6, 8]);
        check(9, u64::MAX, &[]);
        check(u64::MAX, u64::MAX - 1, &[]);
    }
}
