/// Reports whether three elements of `numbers` add up to zero.
///
/// The three are taken from three different positions; a number may be used as
/// often as it occurs in the slice, but not more often. With fewer than three
/// elements the answer is `false`. All elements are at most 10^12 in magnitude.
///
/// # Examples
///
/// ```
/// assert_eq!(triples_sum_to_zero(&[5, 3, -9, 4, 6]), true); // 5 + 4 - 9
/// assert_eq!(triples_sum_to_zero(&[4, -8, 1]), false);
/// assert_eq!(triples_sum_to_zero(&[4, -8, 4]), true);
/// ```
pub fn triples_sum_to_zero(numbers: &[i64]) -> bool {
    use std::cmp::Ordering;

    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    while let Some(largest) = sorted.pop() {
        let mut rest = sorted.as_slice();
        while let [low, .., high] = rest {
            match (low + high + largest).cmp(&0) {
                Ordering::Less => rest = &rest[1..],
                Ordering::Equal => return true,
                Ordering::Greater => rest = &rest[..rest.len() - 1],
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i64], expected: bool) {
        assert_eq!(
            triples_sum_to_zero(numbers),
            expected,
            "triples_sum_to_zero({numbers:?})"
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
        check(&[5, 3, -9, 4, 6], true);
        check(&[4, -8, 1], false);
        check(&[4, -8, 4], true);
    }

    #[test]
    fn too_few_elements() {
        check(&[], false);
        check(&[0], false);
        check(&[0, 0], false);
        check(&[1, -1], false);
        check(&[2, -4], false);
        check(&[0, 0, 0], true);
    }

    #[test]
    fn numbers_are_used_as_often_as_they_occur() {
        check(&[0, 5, 9], false);
        check(&[0, 0, 9], false);
        check(&[3, -6, 7], false);
        check(&[3, -6, 3], true);
        check(&[-2, 4, 1, 9], false);
        check(&[-2, 4, 9, -2], true);
        check(&[1, -1, 5], false);
        check(&[1, -1, 0], true);
    }

    #[test]
    fn three_and_not_two_or_four() {
        check(&[6, -6, 10, 20], false);
        check(&[1, 2, 4, -7], false);
        check(&[1, 2, 3, 4, 5], false);
        check(&[-1, -2, -3, -4], false);
        check(&[1, 2, -4], false);
        check(&[1, 2, -2], false);
        check(&[1, 2, -3], true);
    }

    #[test]
    fn large_magnitudes() {
        let big = 1_000_000_000_000;
        check(&[big, -big, 1], false);
        check(&[big, -big, 0], true);
        check(&[big, big, big], false);
        check(&[-big, -big, big, big - 1], false);
        check(&[-big, 1, 7, big - 1], true);
    }

    #[test]
    fn agrees_with_all_triples() {
        let mut state = 89;
        for round in 0..600 {
            let len = 3 + round % 6;
            let numbers: Vec<i64> = (0..len).map(|_| next(&mut state, 41) as i64 - 20).collect();
            let mut expected = false;
            for k in 0..len {
                for j in 0..k {
                    for i in 0..j {
                        expected |= numbers[i] + numbers[j] == -numbers[k];
                    }
                }
            }
            check(&numbers, expected);
        }
    }

    #[test]
    fn hundred_elements() {
        // All are 1 modulo 9, so the sum of three is 3 modulo 9 and never 0.
        let mut numbers: Vec<i64> = (-50..50).map(|i| 9 * i + 1).collect();
        assert!(
            !triples_sum_to_zero(&numbers),
            "-449, -440, ..., 442: expected false"
        );
        numbers.push(-20);
        assert!(
            triples_sum_to_zero(&numbers),
            "-449, -440, ..., 442, and -20: expected true"
        );
    }
}
