/// Writes the whole numbers from 0 to `n`, both included, into one string.
///
/// The numbers are written in decimal, in increasing order, with exactly one
/// space between neighbours and none at the start or the end. For `n == 0` the
/// result is `"0"`.
///
/// # Examples
///
/// ```
/// assert_eq!(string_sequence(3), "0 1 2 3");
/// assert_eq!(string_sequence(0), "0");
/// ```
pub fn string_sequence(n: u32) -> String {
    let mut result = String::from("0");
    for i in 1..=n {
        result.push(' ');
        result.push_str(&i.to_string());
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u32, expected: &str) {
        assert_eq!(string_sequence(n), expected, "string_sequence({n})");
    }

    #[test]
    fn examples() {
        check(3, "0 1 2 3");
        check(0, "0");
    }

    #[test]
    fn small_numbers() {
        check(1, "0 1");
        check(2, "0 1 2");
        check(9, "0 1 2 3 4 5 6 7 8 9");
        check(10, "0 1 2 3 4 5 6 7 8 9 10");
        check(11, "0 1 2 3 4 5 6 7 8 9 10 11");
    }

    #[test]
    fn parsing_gives_the_numbers_back() {
        for n in [0, 1, 5, 9, 10, 99, 100, 101, 250] {
            let text = string_sequence(n);
            let numbers: Vec<Result<u32, _>> = text.split(' ').map(str::parse).collect();
            let expected: Vec<Result<u32, _>> = (0..=n).map(Ok).collect();
            assert_eq!(numbers, expected, "numbers in string_sequence({n})");
        }
    }

    #[test]
    fn length_of_a_long_sequence() {
        // 10 numbers of one digit, 90 of two, 900 of three, 9000 of four, and
        // 10000, with 10000 spaces between them.
        let got = string_sequence(10_000);
        let expected = 10 + 2 * 90 + 3 * 900 + 4 * 9000 + 5 + 10_000;
        assert_eq!(got.len(), expected, "length of string_sequence(10000)");
        assert!(
            got.starts_with("0 1 2 ") && got.ends_with(" 9998 9999 10000"),
            "string_sequence(10000): expected \"0 1 2 ... 9998 9999 10000\""
        );
    }
}
