/// Returns the largest number of the slice, or `None` if the slice is empty.
///
/// It does not matter how often or where the largest number occurs.
///
/// # Examples
///
/// ```
/// assert_eq!(max_element(&[3, 11, -20, 8]), Some(11));
/// assert_eq!(max_element(&[-4, -9]), Some(-4));
/// assert_eq!(max_element(&[]), None);
/// ```
pub fn max_element(numbers: &[i64]) -> Option<i64> {
    numbers.iter().copied().max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i64], expected: Option<i64>) {
        assert_eq!(max_element(numbers), expected, "max_element({numbers:?})");
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check(&[3, 11, -20, 8], Some(11));
        check(&[-4, -9], Some(-4));
        check(&[], None);
    }

    #[test]
    fn short_slices() {
        check(&[0], Some(0));
        check(&[-7], Some(-7));
        check(&[i64::MIN], Some(i64::MIN));
        check(&[1, 2], Some(2));
        check(&[2, 1], Some(2));
        check(&[5, 5], Some(5));
    }

    #[test]
    fn every_place() {
        for place in 0..6 {
            for value in [1, 100, i64::MAX] {
                let mut numbers = [0, -1, -2, -3, 0, -5];
                numbers[place] = value;
                check(&numbers, Some(value));
            }
        }
    }

    #[test]
    fn all_negative() {
        check(&[-3, -2, -5], Some(-2));
        check(&[i64::MIN, i64::MIN + 1], Some(i64::MIN + 1));
        check(&[-1, i64::MIN], Some(-1));
    }

    #[test]
    fn an_element_that_no_other_exceeds() {
        let mut state = 73;
        for _ in 0..300 {
            let len = 1 + next(&mut state, 9);
            let numbers: Vec<i64> = (0..len).map(|_| next(&mut state, 41) as i64 - 30).collect();
            let bound = numbers.iter().find(|a| numbers.iter().all(|b| a >= &b));
            check(&numbers, bound.copied());
        }
    }

    #[test]
    fn long_input() {
        let numbers: Vec<i64> = (0..10_007).map(|i| i * 5000 % 10_007).collect();
        assert_eq!(
            max_element(&numbers),
            Some(10_006),
            "0 to 10006 in another order"
        );
    }
}
