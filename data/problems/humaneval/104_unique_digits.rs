/// Returns the values without any even decimal digit, in ascending order.
///
/// The even digits are 0, 2, 4, 6 and 8; the value 0 has the even digit 0. Values that occur more
/// than once are all kept. The result is empty when every value has an even digit.
///
/// # Examples
///
/// ```
/// assert_eq!(unique_digits(&[71, 19, 230, 5, 19]), [5, 19, 19, 71]);
/// assert_eq!(unique_digits(&[12, 301, 0]), []);
/// ```
pub fn unique_digits(values: &[u64]) -> Vec<u64> {
    let mut odd_only: Vec<u64> = values
        .iter()
        .copied()
        .filter(|value| !value.to_string().contains(['0', '2', '4', '6', '8']))
        .collect();
    odd_only.sort_unstable();
    odd_only
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

    fn check(values: &[u64], expected: &[u64]) {
        assert_eq!(unique_digits(values), expected, "unique_digits({values:?})");
    }

    #[test]
    fn examples() {
        check(&[71, 19, 230, 5, 19], &[5, 19, 19, 71]);
        check(&[12, 301, 0], &[]);
    }

    #[test]
    fn one_digit() {
        check(&[9, 8, 7, 6, 5, 4, 3, 2, 1, 0], &[1, 3, 5, 7, 9]);
        for n in 0..10 {
            let expected = if n & 1 == 1 { vec![n] } else { vec![] };
            check(&[n], &expected);
        }
    }

    #[test]
    fn an_even_digit_in_any_place() {
        for even in [0, 2, 4, 6, 8] {
            check(&[1_110 + even], &[]);
            check(&[1_101 + 10 * even], &[]);
            check(&[1_011 + 100 * even], &[]);
        }
        for even in [2, 4, 6, 8] {
            check(&[111 + 1_000 * even], &[]);
        }
        check(&[1_357, 3_579, 9_999, 1_111], &[1_111, 1_357, 3_579, 9_999]);
    }

    #[test]
    fn order_and_duplicates() {
        check(&[], &[]);
        check(&[3, 1], &[1, 3]);
        check(&[1, 3], &[1, 3]);
        check(&[11, 9, 101, 9, 11], &[9, 9, 11, 11]);
        check(&[7, 7, 7], &[7, 7, 7]);
        check(&[111, 99, 1, 11, 9], &[1, 9, 11, 99, 111]);
    }

    #[test]
    fn large_numbers() {
        check(&[u64::MAX], &[]);
        check(
            &[11_111_111_111_111_111_111, 9_999_999_999_999_999_999, 13],
            &[13, 9_999_999_999_999_999_999, 11_111_111_111_111_111_111],
        );
        check(
            &[10_000_000_000_000_000_000, 1_999_999_999_999_999_998],
            &[],
        );
    }

    #[test]
    fn agrees_with_building_the_numbers() {
        // Oracle: the numbers of up to three odd digits, built digit by digit.
        let mut built = Vec::new();
        for hundreds in [0, 1, 3, 5, 7, 9] {
            for tens in [0, 1, 3, 5, 7, 9] {
                for units in [1, 3, 5, 7, 9] {
                    if tens > 0 || hundreds == 0 {
                        built.push(100 * hundreds + 10 * tens + units);
                    }
                }
            }
        }
        let mut all: Vec<u64> = (0..1_000).collect();
        let mut lcg = Lcg(104);
        for i in (1..all.len()).rev() {
            all.swap(i, lcg.below(i as u64 + 1) as usize);
        }
        check(&all, &built);
    }

    #[test]
    fn long_list() {
        let values: Vec<u64> = (0..20_000)
            .map(|i| if i < 10_000 { 99 } else { 11 })
            .collect();
        let expected = [[11; 10_000], [99; 10_000]].concat();
        assert!(
            unique_digits(&values) == expected,
            "10,000 times 99, then 10,000 times 11"
        );
    }
}
