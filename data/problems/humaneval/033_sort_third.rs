/// Sorts every third element of `numbers`, beginning with the first.
///
/// The elements at the positions 0, 3, 6, 9, ... are sorted among themselves, the
/// smallest first, and put back at those positions. All other elements stay
/// where they are. The result is a new vector as long as the input; an empty
/// slice gives an empty vector.
///
/// # Examples
///
/// ```
/// assert_eq!(sort_third(&[9, 4, 8, 1, 3, 2, 5]), [1, 4, 8, 5, 3, 2, 9]);
/// assert_eq!(sort_third(&[3, 2, 1]), [3, 2, 1]);
/// assert_eq!(sort_third(&[3, 2, 1, 0]), [0, 2, 1, 3]);
/// ```
pub fn sort_third(numbers: &[i64]) -> Vec<i64> {
    let mut thirds: Vec<i64> = numbers.iter().step_by(3).copied().collect();
    thirds.sort_unstable();
    let mut result = numbers.to_vec();
    for (place, third) in result.iter_mut().step_by(3).zip(thirds) {
        *place = third;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i64], expected: &[i64]) {
        assert_eq!(sort_third(numbers), expected, "sort_third({numbers:?})");
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check(&[9, 4, 8, 1, 3, 2, 5], &[1, 4, 8, 5, 3, 2, 9]);
        check(&[3, 2, 1], &[3, 2, 1]);
        check(&[3, 2, 1, 0], &[0, 2, 1, 3]);
    }

    #[test]
    fn short_slices() {
        check(&[], &[]);
        check(&[5], &[5]);
        check(&[5, 1], &[5, 1]);
        check(&[5, 9, 9, 5], &[5, 9, 9, 5]);
        check(&[5, 4, 3, 2, 1], &[2, 4, 3, 5, 1]);
        check(&[6, 5, 4, 3, 2, 1], &[3, 5, 4, 6, 2, 1]);
    }

    #[test]
    fn sorted_and_reversed() {
        check(&[1, 2, 3, 4, 5, 6, 7, 8], &[1, 2, 3, 4, 5, 6, 7, 8]);
        check(&[9, 8, 7, 6, 5, 4, 3, 2, 1], &[3, 8, 7, 6, 5, 4, 9, 2, 1]);
        check(
            &[1, 0, 0, -1, 0, 0, i64::MAX, 0, 0, i64::MIN],
            &[i64::MIN, 0, 0, -1, 0, 0, 1, 0, 0, i64::MAX],
        );
    }

    #[test]
    fn duplicates() {
        check(
            &[2, 7, 7, 1, 7, 7, 2, 7, 7, 1],
            &[1, 7, 7, 1, 7, 7, 2, 7, 7, 2],
        );
    }

    #[test]
    fn agrees_with_inserting_one_by_one() {
        let mut state = 67;
        for round in 0..300 {
            let len = round % 20;
            let numbers: Vec<i64> = (0..len).map(|_| next(&mut state, 25) as i64 - 12).collect();
            let mut expected = numbers.clone();
            // Insertion sort with a stride of three.
            for start in (0..len).step_by(3) {
                let mut at = start;
                while at >= 3 && expected[at - 3] > expected[at] {
                    expected.swap(at - 3, at);
                    at -= 3;
                }
            }
            check(&numbers, &expected);
        }
    }

    #[test]
    fn long_input() {
        let numbers: Vec<i64> = (0..9000).rev().collect();
        let got = sort_third(&numbers);
        // Position i held 8999 - i; the sorted positions now hold i + 2.
        let expected: Vec<i64> = (0..3000)
            .flat_map(|k| [3 * k + 2, 8998 - 3 * k, 8997 - 3 * k])
            .collect();
        assert!(
            got == expected,
            "8999 down to 0: expected 2, 8998, 8997, 5, 8995, 8994, ..."
        );
    }
}
