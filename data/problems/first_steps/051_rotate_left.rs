/// Returns the items rotated to the left by `k` places: every item moves `k` places
/// towards the front, and what falls off there comes back at the end.
/// `k` may be larger than the number of items.
///
/// # Examples
///
/// ```
/// assert_eq!(rotate_left(&[1, 2, 3, 4], 1), vec![2, 3, 4, 1]);
/// assert_eq!(rotate_left(&[1, 2, 3, 4], 6), vec![3, 4, 1, 2]);
/// assert_eq!(rotate_left(&[], 3), vec![]);
/// ```
pub fn rotate_left(items: &[i32], k: usize) -> Vec<i32> {
    if items.is_empty() {
        return vec![];
    }
    let (front, back) = items.split_at(k % items.len());
    [back, front].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(items: &[i32], k: usize, expected: &[i32]) {
        let got = rotate_left(items, k);
        assert_eq!(got, expected, "rotate_left(&{items:?}, {k})");
    }

    #[test]
    fn examples() {
        check(&[1, 2, 3, 4], 1, &[2, 3, 4, 1]);
        check(&[1, 2, 3, 4], 6, &[3, 4, 1, 2]);
        check(&[], 3, &[]);
    }

    #[test]
    fn every_k_for_three_items() {
        check(&[7, 8, 9], 0, &[7, 8, 9]);
        check(&[7, 8, 9], 1, &[8, 9, 7]);
        check(&[7, 8, 9], 2, &[9, 7, 8]);
        check(&[7, 8, 9], 3, &[7, 8, 9]);
        check(&[7, 8, 9], 4, &[8, 9, 7]);
        check(&[7, 8, 9], 302, &[9, 7, 8]);
    }

    #[test]
    fn short_slices() {
        check(&[], 0, &[]);
        check(&[5], 0, &[5]);
        check(&[5], 9, &[5]);
        check(&[5, 6], 1, &[6, 5]);
        check(&[0, 0, -1], 1, &[0, -1, 0]);
    }

    #[test]
    fn many_items() {
        let items: Vec<i32> = (0..20).collect();
        let expected: Vec<i32> = (3..20).chain(0..3).collect();
        check(&items, 3, &expected);
    }

    #[test]
    fn huge_k() {
        check(&[1, 2], usize::MAX, &[2, 1]);
        check(&[1, 2, 3, 4], usize::MAX - 1, &[3, 4, 1, 2]);
    }
}
