/// Returns the rounded average of all whole numbers from `n` to `m`, both included, in binary.
///
/// When the average lies in the middle between two whole numbers, it is rounded to the even one:
/// 1.5 becomes 2 and 2.5 becomes 2. The result is written with the prefix `0b`, without leading
/// zeros; an average of zero is `"0b0"`. When `n` is greater than `m`, there are no numbers and
/// the answer is `None`. Both arguments may be any `u64`; mind that their sum can be too large for
/// this type, and that going through the numbers one at a time is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(rounded_avg(3, 7), Some("0b101".to_string()));
/// assert_eq!(rounded_avg(2, 3), Some("0b10".to_string()));
/// assert_eq!(rounded_avg(3, 4), Some("0b100".to_string()));
/// assert_eq!(rounded_avg(4, 3), None);
/// ```
pub fn rounded_avg(n: u64, m: u64) -> Option<String> {
    if n > m {
        return None;
    }
    // The average is the mean of both ends.
    let sum = u128::from(n) + u128::from(m);
    let mut average = sum / 2;
    if sum % 2 == 1 && average % 2 == 1 {
        average += 1;
    }
    Some(format!("{average:#b}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u64, m: u64, expected: Option<&str>) {
        let got = rounded_avg(n, m);
        assert_eq!(got.as_deref(), expected, "rounded_avg({n}, {m})");
    }

    #[test]
    fn examples() {
        check(3, 7, Some("0b101"));
        check(2, 3, Some("0b10"));
        check(3, 4, Some("0b100"));
        check(4, 3, None);
    }

    #[test]
    fn around_zero() {
        check(0, 0, Some("0b0"));
        check(0, 1, Some("0b0"));
        check(0, 2, Some("0b1"));
        check(0, 3, Some("0b10"));
        check(0, 4, Some("0b10"));
        check(0, 5, Some("0b10"));
        check(1, 0, None);
        check(1, 1, Some("0b1"));
        check(1, 2, Some("0b10"));
    }

    #[test]
    fn ties_go_to_the_even_neighbour() {
        check(10, 11, Some("0b1010"));
        check(11, 12, Some("0b1100"));
        check(12, 13, Some("0b1100"));
        check(13, 14, Some("0b1110"));
        check(20, 33, Some("0b11010"));
        check(20, 35, Some("0b11100"));
    }

    #[test]
    fn every_small_range() {
        // Oracle: add up the numbers; try which whole number is nearest to the average.
        for n in 0..24u64 {
            for m in 0..24u64 {
                let count = m + 1 - n.min(m + 1);
                let sum: u64 = (n..=m).sum();
                let distance = |whole: u64| (whole * count).abs_diff(sum);
                let nearest = (0..24).min_by_key(|&whole| (distance(whole), whole & 1));
                let expected = nearest
                    .filter(|_| count > 0)
                    .map(|whole| format!("0b{whole:b}"));
                check(n, m, expected.as_deref());
            }
        }
    }

    #[test]
    fn large_numbers() {
        let ones = "1".repeat(64);
        check(u64::MAX, u64::MAX, Some(&format!("0b{ones}")));
        check(
            u64::MAX - 1,
            u64::MAX,
            Some(&format!("0b{}0", "1".repeat(63))),
        );
        check(
            u64::MAX - 2,
            u64::MAX - 1,
            Some(&format!("0b{}0", "1".repeat(63))),
        );
        check(0, u64::MAX, Some(&format!("0b1{}", "0".repeat(63))));
        check(1, u64::MAX, Some(&format!("0b1{}", "0".repeat(63))));
        check(0, u64::MAX - 1, Some(&format!("0b{}", "1".repeat(63))));
        check(u64::MAX, 0, None);
        check(u64::MAX, u64::MAX - 1, None);
    }
}
