/// Reports whether two elements of `numbers` add up to zero.
///
/// The two are taken from two different positions, so a single 0 is not enough,
/// but two zeros are. With fewer than two elements the answer is `false`. All
/// elements are at most 10^18 in magnitude.
///
/// # Examples
///
/// ```
/// assert_eq!(pairs_sum_to_zero(&[8, -3, 5, 3]), true);
/// assert_eq!(pairs_sum_to_zero(&[0, 4, -5]), false);
/// assert_eq!(pairs_sum_to_zero(&[0, 4, 0]), true);
/// ```
pub fn pairs_sum_to_zero(numbers: &[i64]) -> bool {
    let mut seen = std::collections::HashSet::new();
    for number in numbers {
        if seen.contains(&-number) {
            return true;
        }
        seen.insert(*number);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i64], expected: bool) {
        assert_eq!(
            pairs_sum_to_zero(numbers),
            expected,
            "pairs_sum_to_zero({numbers:?})"
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
        check(&[8, -3, 5, 3], true);
        check(&[0, 4, -5], false);
        check(&[0, 4, 0], true);
    }

    #[test]
    fn too_few_elements() {
        check(&[], false);
        check(&[0], false);
        check(&[5], false);
        check(&[0, 0], true);
        check(&[1, -1], true);
        check(&[-1, 1], true);
    }

    #[test]
    fn equal_numbers_do_not_cancel() {
        check(&[3, 3], false);
        check(&[-3, -3, -3], false);
        check(&[1, -2], false);
        check(&[2, -1], false);
        check(&[1, 2, -3], false);
        check(&[1, 2, -4, 3], false);
    }

    #[test]
    fn pair_anywhere() {
        check(&[7, 1, 2, 3, -7], true);
        check(&[1, 2, 7, -7, 3], true);
        check(&[-7, 7, 1, 2, 3], true);
        check(&[1, 2, 3, 7, 7, -7], true);
        check(&[1, 2, 3, 7, 7, -6], false);
    }

    #[test]
    fn large_magnitudes() {
        let big = 1_000_000_000_000_000_000;
        check(&[big, -big], true);
        check(&[big, 1 - big], false);
        check(&[big, big, 5], false);
    }

    #[test]
    fn agrees_with_all_pairs() {
        let mut state = 97;
        for round in 0..500 {
            let len = round % 8;
            let numbers: Vec<i64> = (0..len).map(|_| next(&mut state, 41) as i64 - 20).collect();
            let expected = (0..len).any(|j| (0..j).any(|i| numbers[i] + numbers[j] == 0));
            check(&numbers, expected);
        }
    }

    #[test]
    fn thousand_elements() {
        let mut numbers: Vec<i64> = (-500..500).map(|i| 3 * i + 1).collect();
        assert!(
            !pairs_sum_to_zero(&numbers),
            "-1499, -1496, ..., 1498: expected false"
        );
        numbers.push(-1498);
        assert!(
            pairs_sum_to_zero(&numbers),
            "-1499, -1496, ..., 1498, and -1498: expected true"
        );
    }
}
