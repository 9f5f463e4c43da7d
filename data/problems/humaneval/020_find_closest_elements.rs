/// Finds the two elements of `numbers` that are closest to each other.
///
/// The elements are taken from two different positions; equal numbers at
/// different positions have distance 0. They are returned as `(smaller,
/// larger)`, whatever their order in the slice. If several pairs have the same
/// smallest distance, the pair with the smaller elements is returned: of
/// `(1.0, 3.0)` and `(6.0, 8.0)` it is `(1.0, 3.0)`. With fewer than two
/// elements the result is `None`.
///
/// All numbers are finite, and the tests only use numbers whose differences are
/// exact in `f64`.
///
/// # Examples
///
/// ```
/// assert_eq!(find_closest_elements(&[7.5, 1.0, 4.0, 6.0]), Some((6.0, 7.5)));
/// assert_eq!(find_closest_elements(&[3.0, 8.0, 6.0, 1.0]), Some((1.0, 3.0)));
/// assert_eq!(find_closest_elements(&[2.0, 9.0, 2.0]), Some((2.0, 2.0)));
/// assert_eq!(find_closest_elements(&[5.0]), None);
/// ```
pub fn find_closest_elements(numbers: &[f64]) -> Option<(f64, f64)> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    // Of several minima, `min_by` returns the first.
    let pairs = sorted.windows(2).map(|pair| (pair[0], pair[1]));
    pairs.min_by(|(a, b), (c, d)| (b - a).total_cmp(&(d - c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[f64], expected: Option<(f64, f64)>) {
        assert_eq!(
            find_closest_elements(numbers),
            expected,
            "find_closest_elements({numbers:?})"
        );
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check(&[7.5, 1.0, 4.0, 6.0], Some((6.0, 7.5)));
        check(&[3.0, 8.0, 6.0, 1.0], Some((1.0, 3.0)));
        check(&[2.0, 9.0, 2.0], Some((2.0, 2.0)));
        check(&[5.0], None);
    }

    #[test]
    fn few_elements() {
        check(&[], None);
        check(&[0.0], None);
        check(&[1.0, 2.0], Some((1.0, 2.0)));
        check(&[2.0, 1.0], Some((1.0, 2.0)));
        check(&[-3.0, -3.0], Some((-3.0, -3.0)));
    }

    #[test]
    fn signs() {
        check(&[-1.0, 1.0, 4.0], Some((-1.0, 1.0)));
        check(&[-9.0, -5.0, 5.0], Some((-9.0, -5.0)));
        check(&[5.0, -5.0, 4.5, -4.0], Some((4.5, 5.0)));
        check(&[-8.0, -6.5, 0.0, 2.0, 4.0], Some((-8.0, -6.5)));
    }

    #[test]
    fn smallest_of_equally_close_pairs() {
        check(&[4.0, 3.0, 2.0, 1.0], Some((1.0, 2.0)));
        check(&[1.0, 2.0, 3.0, 4.0], Some((1.0, 2.0)));
        check(&[10.0, 11.0, -11.0, -10.0], Some((-11.0, -10.0)));
        check(&[9.0, 9.0, 4.0, 4.0, 0.0], Some((4.0, 4.0)));
        check(&[20.0, 17.0, 5.0, 9.0, 12.0], Some((9.0, 12.0)));
    }

    #[test]
    fn agrees_with_all_pairs() {
        let mut state = 37;
        for _ in 0..400 {
            let len = 2 + next(&mut state, 7) as usize;
            let numbers: Vec<f64> = (0..len)
                .map(|_| next(&mut state, 120) as f64 / 4.0 - 15.0)
                .collect();
            let mut best = (f64::INFINITY, 0.0, 0.0);
            for (i, &a) in numbers.iter().enumerate() {
                for &b in &numbers[..i] {
                    let (low, high) = (a.min(b), a.max(b));
                    if (high - low, low, high) < best {
                        best = (high - low, low, high);
                    }
                }
            }
            check(&numbers, Some((best.1, best.2)));
        }
    }

    #[test]
    fn thousand_elements() {
        let mut numbers: Vec<f64> = (0..1000).map(|i| f64::from(i * 37 % 1000)).collect();
        numbers.push(700.25);
        let got = find_closest_elements(&numbers);
        assert_eq!(
            got,
            Some((700.0, 700.25)),
            "the whole numbers 0 to 999, and 700.25"
        );
    }
}
