/// Counts the peaks: numbers that are larger than both the number directly before and
/// the number directly after them. The first and the last number are never peaks.
///
/// # Examples
///
/// ```
/// assert_eq!(count_peaks(&[1, 3, 2, 5, 4]), 2);
/// assert_eq!(count_peaks(&[1, 3, 3, 1]), 0);
/// assert_eq!(count_peaks(&[9]), 0);
/// ```
pub fn count_peaks(numbers: &[i32]) -> usize {
    let mut peaks = 0;
    for window in numbers.windows(3) {
        match window {
            [before, middle, after] if before < middle && middle > after => peaks += 1,
            _ => {}
        }
    }
    peaks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i32], expected: usize) {
        assert_eq!(count_peaks(numbers), expected, "count_peaks(&{numbers:?})");
    }

    #[test]
    fn examples() {
        check(&[1, 3, 2, 5, 4], 2);
        check(&[1, 3, 3, 1], 0);
        check(&[9], 0);
    }

    #[test]
    fn too_few_numbers() {
        check(&[], 0);
        check(&[1, 2], 0);
        check(&[2, 1], 0);
    }

    #[test]
    fn three_numbers() {
        check(&[1, 2, 1], 1);
        check(&[0, 2, 1], 1);
        check(&[1, 2, 0], 1);
        check(&[1, 2, 3], 0);
        check(&[3, 2, 1], 0);
        check(&[2, 1, 2], 0);
        check(&[2, 2, 1], 0);
        check(&[1, 2, 2], 0);
        check(&[2, 2, 2], 0);
    }

    #[test]
    fn several_peaks() {
        check(&[5, 1, 5, 1, 5], 1);
        check(&[1, 5, 1, 5, 1], 2);
        check(&[-3, -1, -2, 0, -9, 7, 8, 6], 3);
        check(&[i32::MIN, i32::MAX, i32::MIN], 1);
    }

    #[test]
    fn zigzag() {
        let numbers: Vec<i32> = (0..10_001).map(|n| n % 2).collect();
        assert_eq!(
            count_peaks(&numbers),
            5_000,
            "0, 1, 0, 1, ..., 0 (10001 numbers)"
        );
    }
}
