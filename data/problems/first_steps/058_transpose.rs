/// Returns the table with rows and columns exchanged: row `i` of the result is column
/// `i` of `rows`. All rows are equally long. Without rows, or if the rows are empty,
/// the result is empty.
///
/// # Examples
///
/// ```
/// let rows = [vec![1, 2, 3], vec![4, 5, 6]];
/// assert_eq!(transpose(&rows), vec![vec![1, 4], vec![2, 5], vec![3, 6]]);
/// assert_eq!(transpose(&[vec![7, 8]]), vec![vec![7], vec![8]]);
/// assert_eq!(transpose(&[]), Vec::<Vec<i32>>::new());
/// ```
pub fn transpose(rows: &[Vec<i32>]) -> Vec<Vec<i32>> {
    let columns = rows.first().map_or(0, Vec::len);
    (0..columns)
        .map(|column| rows.iter().map(|row| row[column]).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[Vec<i32>], expected: &[Vec<i32>]) {
        assert_eq!(transpose(rows), expected, "transpose(&{rows:?})");
    }

    #[test]
    fn examples() {
        check(
            &[vec![1, 2, 3], vec![4, 5, 6]],
            &[vec![1, 4], vec![2, 5], vec![3, 6]],
        );
        check(&[vec![7, 8]], &[vec![7], vec![8]]);
        check(&[], &[]);
    }

    #[test]
    fn edges() {
        check(&[vec![5]], &[vec![5]]);
        check(&[vec![7], vec![8]], &[vec![7, 8]]);
        check(&[vec![]], &[]);
        check(&[vec![], vec![], vec![]], &[]);
    }

    #[test]
    fn squares() {
        check(&[vec![1, 2], vec![3, 4]], &[vec![1, 3], vec![2, 4]]);
        check(&[vec![0, 9], vec![9, 0]], &[vec![0, 9], vec![9, 0]]);
    }

    #[test]
    fn larger_table() {
        let rows: Vec<Vec<i32>> = (0..40)
            .map(|r| (0..70).map(|c| 100 * r + c).collect())
            .collect();
        let expected: Vec<Vec<i32>> = (0..70)
            .map(|c| (0..40).map(|r| 100 * r + c).collect())
            .collect();
        let got = transpose(&rows);
        assert!(
            got == expected,
            "40 rows of 70: expected 70 rows of 40, got {} rows",
            got.len()
        );
    }
}
