/// Finds all places of `target` in a table whose rows may have different lengths.
///
/// Each place is given as `(row, column)`, both counted from 0. The places are in ascending order
/// of their rows, and within a row in descending order of their columns (the rightmost place
/// first). The result is empty when `target` does not occur. Rows may be empty.
///
/// # Examples
///
/// ```
/// let table = [vec![5, 1, 5], vec![], vec![2, 5]];
/// assert_eq!(get_row(&table, 5), [(0, 2), (0, 0), (2, 1)]);
/// assert_eq!(get_row(&table, 9), []);
/// ```
pub fn get_row(rows: &[Vec<i64>], target: i64) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    for (row, values) in rows.iter().enumerate() {
        for (column, &value) in values.iter().enumerate().rev() {
            if value == target {
                places.push((row, column));
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Lcg(u64);

    impl Lcg {
        fn below(&mut self, bound: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % bound
        }
    }

    fn check(rows: &[Vec<i64>], target: i64, expected: &[(usize, usize)]) {
        assert_eq!(
            get_row(rows, target),
            expected,
            "get_row({rows:?}, {target})"
        );
    }

    #[test]
    fn examples() {
        let table = [vec![5, 1, 5], vec![], vec![2, 5]];
        check(&table, 5, &[(0, 2), (0, 0), (2, 1)]);
        check(&table, 9, &[]);
    }

    #[test]
    fn small_tables() {
        check(&[], 1, &[]);
        check(&[vec![]], 1, &[]);
        check(&[vec![], vec![], vec![1]], 1, &[(2, 0)]);
        check(&[vec![1]], 1, &[(0, 0)]);
        check(&[vec![1]], 2, &[]);
        check(&[vec![1, 2, 3]], 2, &[(0, 1)]);
        check(&[vec![4, 4, 4]], 4, &[(0, 2), (0, 1), (0, 0)]);
        check(&[vec![4], vec![4], vec![4]], 4, &[(0, 0), (1, 0), (2, 0)]);
    }

    #[test]
    fn values_next_to_the_target_do_not_count() {
        check(&[vec![6, 7, 8, 7, 6]], 7, &[(0, 3), (0, 1)]);
        check(&[vec![-7, 7, 0]], -7, &[(0, 0)]);
        check(&[vec![-1, 0, 1], vec![0]], 0, &[(0, 1), (1, 0)]);
        check(&[vec![999, 1_001, 1_000]], 1_000, &[(0, 2)]);
        check(&[vec![i64::MIN, i64::MAX]], i64::MIN, &[(0, 0)]);
    }

    #[test]
    fn random_tables() {
        // Oracle: collect in reading order, then sort by row and by the negated column.
        let mut lcg = Lcg(87);
        for _ in 0..200 {
            let mut rows = Vec::new();
            let mut expected = Vec::new();
            for row in 0..lcg.below(6) as usize {
                let length = lcg.below(6) as usize;
                let values: Vec<i64> = (0..length).map(|_| lcg.below(3) as i64).collect();
                expected.extend((0..length).filter(|&c| values[c] == 1).map(|c| (row, c)));
                rows.push(values);
            }
            expected.sort_by_key(|&(row, column)| (row, -(column as i64)));
            check(&rows, 1, &expected);
        }
    }

    #[test]
    fn large_table() {
        let rows = vec![vec![3; 300]; 300];
        let expected: Vec<(usize, usize)> = (0..90_000).map(|i| (i / 300, 299 - i % 300)).collect();
        assert!(get_row(&rows, 3) == expected, "300 rows with 300 times 3");
    }
}
