/// Returns the squares of the numbers from 1 to `count`, in increasing order.
/// `count` is at most 1000; for 0 the result is empty.
///
/// # Examples
///
/// ```
/// assert_eq!(first_squares(4), vec![1, 4, 9, 16]);
/// assert_eq!(first_squares(1), vec![1]);
/// assert!(first_squares(0).is_empty());
/// ```
pub fn first_squares(count: u32) -> Vec<u32> {
    (1..=count).map(|n| n * n).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(count: u32, expected: &[u32]) {
        assert_eq!(first_squares(count), expected, "first_squares({count})");
    }

    #[test]
    fn examples() {
        check(4, &[1, 4, 9, 16]);
        check(1, &[1]);
        check(0, &[]);
    }

    #[test]
    fn few() {
        check(2, &[1, 4]);
        check(3, &[1, 4, 9]);
        check(10, &[1, 4, 9, 16, 25, 36, 49, 64, 81, 100]);
    }

    #[test]
    fn many() {
        let got = first_squares(1_000);
        assert_eq!(got.len(), 1_000, "length of first_squares(1000)");
        // Squares lie 3, 5, 7, ... apart.
        let mut square = 0;
        for (n, &found) in (0..).zip(&got) {
            square += 2 * n + 1;
            assert_eq!(found, square, "first_squares(1000)[{n}]");
        }
    }
}
