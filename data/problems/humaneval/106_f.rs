/// Returns a list with one value for each of the numbers 1 to `n`, in this order.
///
/// The value for an even number `i` is its factorial `1 * 2 * ... * i`; for an odd number `i` it
/// is the sum `1 + 2 + ... + i`. The list is empty for `n = 0`. The answer is `None` when a value
/// of the list does not fit in a `u64`; the first such value is the factorial of 22, so the answer
/// is `None` for every `n` above 21, and must come at once however large `n` is. For `n = 21` there
/// is a list (the factorial of 21, which would be too large, is not in it).
///
/// # Examples
///
/// ```
/// assert_eq!(f(4), Some(vec![1, 2, 6, 24]));
/// assert_eq!(f(1), Some(vec![1]));
/// assert_eq!(f(0), Some(vec![]));
/// assert_eq!(f(22), None);
/// ```
pub fn f(n: u64) -> Option<Vec<u64>> {
    let mut list = Vec::new();
    let mut factorial = 1u64;
    for i in 1..=n {
        if i % 2 == 1 {
            list.push(i * (i + 1) / 2);
        } else {
            factorial = factorial.checked_mul(i * (i - 1))?;
            list.push(factorial);
        }
    }
    Some(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u64, expected: Option<&[u64]>) {
        assert_eq!(f(n).as_deref(), expected, "f({n})");
    }

    #[test]
    fn examples() {
        check(4, Some(&[1, 2, 6, 24]));
        check(1, Some(&[1]));
        check(0, Some(&[]));
        check(22, None);
    }

    #[test]
    fn short_lists() {
        check(2, Some(&[1, 2]));
        check(3, Some(&[1, 2, 6]));
        check(5, Some(&[1, 2, 6, 24, 15]));
        check(7, Some(&[1, 2, 6, 24, 15, 720, 28]));
    }

    #[test]
    fn the_longest_list() {
        let values = [
            1,
            2,
            6,
            24,
            15,
            720,
            28,
            40_320,
            45,
            3_628_800,
            66,
            479_001_600,
            91,
            87_178_291_200,
            120,
            20_922_789_888_000,
            153,
            6_402_373_705_728_000,
            190,
            2_432_902_008_176_640_000,
            231,
        ];
        for n in 0..=21 {
            check(n, Some(&values[..n as usize]));
        }
    }

    #[test]
    fn each_value_by_its_definition() {
        let list = f(21).unwrap_or_default();
        assert_eq!(list.len(), 21, "length of f(21)");
        for (i, &got) in (1..).zip(list.iter()) {
            let numbers = 1..=u128::from(i as u64);
            let expected: u128 = match i & 1 {
                0 => numbers.product(),
                _ => numbers.sum(),
            };
            assert_eq!(u128::from(got), expected, "value for {i} in f(21)");
        }
    }

    #[test]
    fn values_that_do_not_fit() {
        for n in [22, 23, 24, 25, 34, 66, 1_000, u64::MAX - 1, u64::MAX] {
            check(n, None);
        }
    }
}
