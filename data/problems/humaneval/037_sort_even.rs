/// Sorts the elements at even positions of `numbers`.
///
/// The elements at the positions 0, 2, 4, ... are sorted among themselves, the
/// smallest first, and put back at those positions. The elements at the odd
/// positions stay where they are. It is the position that counts, not whether
/// an element is even. The result is a new vector as long as the input; an empty
/// slice gives an empty vector.
///
/// # Examples
///
/// ```
/// assert_eq!(sort_even(&[7, 8, 5, 4, 6]), [5, 8, 6, 4, 7]);
/// assert_eq!(sort_even(&[2, 1]), [2, 1]);
/// assert_eq!(sort_even(&[2, 3, 1]), [1, 3, 2]);
/// ```
pub fn sort_even(numbers: &[i64]) -> Vec<i64> {
    let mut evens: Vec<i64> = numbers.iter().step_by(2).copied().collect();
    evens.sort_unstable();
    let mut result = numbers.to_vec();
    for (pair, even) in result.chunks_mut(2).zip(evens) {
        pair[0] = even;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i64], expected: &[i64]) {
        assert_eq!(sort_even(numbers), expected, "sort_even({numbers:?})");
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check(&[7, 8, 5, 4, 6], &[5, 8, 6, 4, 7]);
        check(&[2, 1], &[2, 1]);
        check(&[2, 3, 1], &[1, 3, 2]);
    }

    #[test]
    fn short_slices() {
        check(&[], &[]);
        check(&[5], &[5]);
        check(&[1, 5], &[1, 5]);
        check(&[5, 0, 5], &[5, 0, 5]);
        check(&[4, 3, 2, 1], &[2, 3, 4, 1]);
        check(&[5, 4, 3, 2, 1], &[1, 4, 3, 2, 5]);
    }

    #[test]
    fn positions_count_not_values() {
        check(&[3, 6, 1, 4, 2, 2], &[1, 6, 2, 4, 3, 2]);
        check(&[1, 2, 3, 4, 5, 6], &[1, 2, 3, 4, 5, 6]);
        check(&[8, 1, 6, 3, 4, 5], &[4, 1, 6, 3, 8, 5]);
    }

    #[test]
    fn signs_extremes_and_duplicates() {
        check(&[0, 9, -1, 9, 1, 9], &[-1, 9, 0, 9, 1, 9]);
        check(
            &[i64::MAX, i64::MAX, i64::MIN, i64::MIN],
            &[i64::MIN, i64::MAX, i64::MAX, i64::MIN],
        );
        check(&[2, 0, 1, 0, 2, 0, 1], &[1, 0, 1, 0, 2, 0, 2]);
    }

    #[test]
    fn agrees_with_inserting_one_by_one() {
        let mut state = 79;
        for round in 0..300 {
            let len = round % 16;
            let numbers: Vec<i64> = (0..len).map(|_| next(&mut state, 25) as i64 - 12).collect();
            let mut expected = numbers.clone();
            // Insertion sort with a stride of two.
            for start in (0..len).step_by(2) {
                let mut at = start;
                while at >= 2 && expected[at - 2] > expected[at] {
                    expected.swap(at - 2, at);
                    at -= 2;
                }
            }
            check(&numbers, &expected);
        }
    }

    #[test]
    fn long_input() {
        let numbers: Vec<i64> = (0..10_000).rev().collect();
        let got = sort_even(&numbers);
        let expected: Vec<i64> = (0..5000).flat_map(|k| [2 * k + 1, 9998 - 2 * k]).collect();
        assert!(
            got == expected,
            "9999 down to 0: expected 1, 9998, 3, 9996, ..."
        );
    }
}
