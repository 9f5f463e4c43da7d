/// Puts `delimiter` between every two neighbouring elements of `numbers`.
///
/// The elements keep their order. Nothing is put before the first element or
/// after the last one, so `n` elements (`n >= 1`) become `2 * n - 1`; an empty
/// slice gives an empty vector. It does not matter whether `delimiter` occurs
/// among the numbers.
///
/// # Examples
///
/// ```
/// assert_eq!(intersperse(&[5, 6, 7], 0), [5, 0, 6, 0, 7]);
/// assert_eq!(intersperse(&[9], 4), [9]);
/// assert!(intersperse(&[], 4).is_empty());
/// ```
pub fn intersperse(numbers: &[i64], delimiter: i64) -> Vec<i64> {
    let mut result = Vec::new();
    for (i, &number) in numbers.iter().enumerate() {
        if i > 0 {
            result.push(delimiter);
        }
        result.push(number);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i64], delimiter: i64, expected: &[i64]) {
        assert_eq!(
            intersperse(numbers, delimiter),
            expected,
            "intersperse({numbers:?}, {delimiter})"
        );
    }

    #[test]
    fn examples() {
        check(&[5, 6, 7], 0, &[5, 0, 6, 0, 7]);
        check(&[9], 4, &[9]);
        check(&[], 4, &[]);
    }

    #[test]
    fn two_elements() {
        check(&[1, 2], 3, &[1, 3, 2]);
        check(&[2, 1], -3, &[2, -3, 1]);
        check(&[3, -3], 1, &[3, 1, -3]);
        check(&[-5, 8], 101, &[-5, 101, 8]);
        check(&[i64::MIN, i64::MAX], 0, &[i64::MIN, 0, i64::MAX]);
        check(&[0, 0], i64::MIN, &[0, i64::MIN, 0]);
    }

    #[test]
    fn delimiter_among_the_numbers() {
        check(&[4, 4], 4, &[4, 4, 4]);
        check(&[4, 1, 4], 4, &[4, 4, 1, 4, 4]);
        check(&[4], 4, &[4]);
        check(&[0, 1, 0], 0, &[0, 0, 1, 0, 0]);
    }

    #[test]
    fn every_length_up_to_forty() {
        for len in 1..=40 {
            let numbers: Vec<i64> = (0..len).map(|i| 1000 - i * i).collect();
            let got = intersperse(&numbers, 7);
            assert_eq!(
                got.len() as i64,
                2 * len - 1,
                "length of intersperse({numbers:?}, 7)"
            );
            for (i, &value) in got.iter().enumerate() {
                let expected = if i % 2 == 0 { numbers[i / 2] } else { 7 };
                assert_eq!(value, expected, "intersperse({numbers:?}, 7)[{i}]");
            }
        }
    }

    #[test]
    fn long_input() {
        let numbers = vec![1; 20_000];
        let got = intersperse(&numbers, 2);
        assert_eq!(got.len(), 39_999, "length for 20000 ones");
        assert_eq!(
            got.iter().sum::<i64>(),
            59_998,
            "sum for 20000 ones and delimiter 2"
        );
    }
}
