/// Shortens `numbers` to ranges `(first, last)`: going from left to right, a number that is
/// exactly 1 larger than the number before it extends the current range, and any other
/// number starts a new range. The numbers need not be sorted.
///
/// # Examples
///
/// ```
/// assert_eq!(group_ranges(&[1, 2, 3, 7, 9, 10]), vec![(1, 3), (7, 7), (9, 10)]);
/// assert_eq!(group_ranges(&[5, 4, 4]), vec![(5, 5), (4, 4), (4, 4)]);
/// assert_eq!(group_ranges(&[]), vec![]);
/// ```
pub fn group_ranges(numbers: &[i32]) -> Vec<(i32, i32)> {
    let mut ranges: Vec<(i32, i32)> = Vec::new();
    for &n in numbers {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(n) => *last = n,
            _ => ranges.push((n, n)),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i32], expected: &[(i32, i32)]) {
        assert_eq!(
            group_ranges(numbers),
            expected,
            "group_ranges(&{numbers:?})"
        );
    }

    #[test]
    fn examples() {
        check(&[1, 2, 3, 7, 9, 10], &[(1, 3), (7, 7), (9, 10)]);
        check(&[5, 4, 4], &[(5, 5), (4, 4), (4, 4)]);
        check(&[], &[]);
    }

    #[test]
    fn one_or_two_numbers() {
        check(&[0], &[(0, 0)]);
        check(&[3, 4], &[(3, 4)]);
        check(&[3, 5], &[(3, 3), (5, 5)]);
        check(&[3, 3], &[(3, 3), (3, 3)]);
        check(&[4, 3], &[(4, 4), (3, 3)]);
        check(&[-1, 0], &[(-1, 0)]);
    }

    #[test]
    fn unsorted() {
        check(&[8, 9, 1, 2, 8, 9], &[(8, 9), (1, 2), (8, 9)]);
        check(&[1, 2, 2, 3], &[(1, 2), (2, 3)]);
        check(&[-3, -2, -4], &[(-3, -2), (-4, -4)]);
    }

    #[test]
    fn limits() {
        let (min, max) = (i32::MIN, i32::MAX);
        check(&[max - 1, max], &[(max - 1, max)]);
        check(&[max, min], &[(max, max), (min, min)]);
        check(&[min, min + 1], &[(min, min + 1)]);
    }

    #[test]
    fn long_range() {
        let numbers: Vec<i32> = (-10_000..10_000).collect();
        assert_eq!(group_ranges(&numbers), [(-10_000, 9_999)], "-10000..10000");
    }
}
