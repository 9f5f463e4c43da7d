/// Keeps the elements of `numbers` that occur exactly once.
///
/// A number that occurs two or more times is removed altogether: no copy of it
/// stays. The numbers that are kept stay in their order. An empty slice gives an
/// empty vector.
///
/// # Examples
///
/// ```
/// assert_eq!(remove_duplicates(&[5, 2, 5, 8]), [2, 8]);
/// assert_eq!(remove_duplicates(&[3, 1, 2]), [3, 1, 2]);
/// assert!(remove_duplicates(&[4, 4, 4]).is_empty());
/// ```
pub fn remove_duplicates(numbers: &[i64]) -> Vec<i64> {
    let mut counts = std::collections::HashMap::new();
    for number in numbers {
        *counts.entry(number).or_insert(0) += 1;
    }
    let mut kept = numbers.to_vec();
    kept.retain(|number| counts[number] == 1);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i64], expected: &[i64]) {
        assert_eq!(
            remove_duplicates(numbers),
            expected,
            "remove_duplicates({numbers:?})"
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
        check(&[5, 2, 5, 8], &[2, 8]);
        check(&[3, 1, 2], &[3, 1, 2]);
        check(&[4, 4, 4], &[]);
    }

    #[test]
    fn short_slices() {
        check(&[], &[]);
        check(&[0], &[0]);
        check(&[-1], &[-1]);
        check(&[7, 7], &[]);
        check(&[7, -7], &[7, -7]);
        check(&[7, 7, 1], &[1]);
        check(&[7, 1, 7], &[1]);
        check(&[1, 7, 7], &[1]);
    }

    #[test]
    fn two_three_and_four_copies() {
        check(&[1, 1, 2, 2, 2, 3, 3, 3, 3, 4], &[4]);
        check(&[4, 3, 2, 3, 1, 2, 3], &[4, 1]);
        check(&[9, 1, 9, 1, 9, 1], &[]);
    }

    #[test]
    fn order_is_kept() {
        check(&[9, 3, 7, 3, 1, 8], &[9, 7, 1, 8]);
        check(&[i64::MAX, 0, i64::MIN, 0], &[i64::MAX, i64::MIN]);
    }

    #[test]
    fn agrees_with_counting_one_by_one() {
        let mut state = 47;
        for _ in 0..400 {
            let len = next(&mut state, 12);
            let numbers: Vec<i64> = (0..len).map(|_| next(&mut state, 9) as i64 - 4).collect();
            let mut expected = vec![];
            for (i, number) in numbers.iter().enumerate() {
                if !numbers[..i].contains(number) && !numbers[i + 1..].contains(number) {
                    expected.push(*number);
                }
            }
            check(&numbers, &expected);
        }
    }

    #[test]
    fn thousand_numbers_of_which_one_is_kept() {
        let mut numbers: Vec<i64> = (0..500).chain(0..500).collect();
        numbers.insert(700, -3);
        assert_eq!(
            remove_duplicates(&numbers),
            [-3],
            "0 to 499 twice, and -3 once"
        );
    }
}
