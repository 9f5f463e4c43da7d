/// Tells whether the list can be sorted in ascending order by moving it around in a circle.
///
/// One move takes the last value and puts it at the front. It may be made any number of times,
/// or not at all. Values may occur more than once. The empty list and lists with one value are
/// already sorted. Lists may be long (100,000 values), so trying out every number of moves is too
/// slow.
///
/// # Examples
///
/// ```
/// assert!(move_one_ball(&[6, 9, 1, 2, 5]));
/// assert!(!move_one_ball(&[1, 3, 2, 4]));
/// assert!(move_one_ball(&[]));
/// ```
pub fn move_one_ball(values: &[i64]) -> bool {
    let successors = values.iter().cycle().skip(1);
    let mut descents = 0;
    for (value, successor) in values.iter().zip(successors) {
        if value > successor {
            descents += 1;
        }
    }
    descents <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[i64], expected: bool) {
        assert_eq!(move_one_ball(values), expected, "move_one_ball({values:?})");
    }

    #[test]
    fn examples() {
        check(&[6, 9, 1, 2, 5], true);
        check(&[1, 3, 2, 4], false);
        check(&[], true);
    }

    #[test]
    fn short_lists() {
        check(&[5], true);
        check(&[1, 2], true);
        check(&[2, 1], true);
        check(&[3, 3], true);
        check(&[1, 2, 3], true);
        check(&[2, 3, 1], true);
        check(&[3, 1, 2], true);
        check(&[3, 2, 1], false);
        check(&[2, 1, 3], false);
        check(&[1, 3, 2], false);
    }

    #[test]
    fn equal_values() {
        check(&[4, 4, 4, 4], true);
        check(&[2, 2, 1, 1], true);
        check(&[1, 2, 2, 1], true);
        check(&[1, 2, 1, 2], false);
        check(&[2, 1, 2, 2], true);
        check(&[2, 1, 2, 1], false);
        check(&[2, 2, 3, 1, 2], true);
        check(&[2, 3, 1, 1, 3], false);
    }

    #[test]
    fn last_value_against_the_first() {
        check(&[3, 4, 5, 1, 2], true);
        check(&[3, 4, 5, 1, 3], true);
        check(&[3, 4, 5, 1, 4], false);
        check(&[i64::MAX, i64::MIN, 0], true);
        check(&[i64::MIN, i64::MAX, 0], false);
    }

    #[test]
    fn every_small_list() {
        // Oracle: make the moves one by one and look for the sorted list among the results.
        for length in 0..=5u32 {
            for code in 0..5u32.pow(length) {
                let values: Vec<i64> = (0..length)
                    .map(|i| i64::from(code / 5u32.pow(i) % 5))
                    .collect();
                let mut sorted = values.clone();
                sorted.sort();
                let mut moved = values.clone();
                let mut expected = false;
                for _ in 0..=length {
                    expected |= moved == sorted;
                    if let Some(last) = moved.pop() {
                        moved.insert(0, last);
                    }
                }
                check(&values, expected);
            }
        }
    }

    #[test]
    fn long_lists() {
        let mut values: Vec<i64> = (60_000..100_000).chain(0..60_000).collect();
        assert!(move_one_ball(&values), "0..100_000 moved: got false");
        values.swap(50_000, 50_001);
        assert!(
            !move_one_ball(&values),
            "0..100_000 moved, two values swapped: got true"
        );
        let values: Vec<i64> = (0..100_000).rev().collect();
        assert!(!move_one_ball(&values), "99_999, ..., 1, 0: got true");
    }
}
