/// Returns the English names of the values from 1 to 9, from the greatest value to the smallest.
///
/// Values below 1 and above 9 are left out; values that occur more than once are named as often.
/// The names are `"One"`, `"Two"`, `"Three"`, `"Four"`, `"Five"`, `"Six"`, `"Seven"`, `"Eight"`
/// and `"Nine"`. The result is empty when no value has a name.
///
/// # Examples
///
/// ```
/// assert_eq!(by_length(&[4, 9, 1, 4]), ["Nine", "Four", "Four", "One"]);
/// assert_eq!(by_length(&[0, 10, -3, 7]), ["Seven"]);
/// assert!(by_length(&[]).is_empty());
/// ```
pub fn by_length(values: &[i32]) -> Vec<&'static str> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    sorted
        .into_iter()
        .filter_map(|value| match value {
            1 => Some("One"),
            2 => Some("Two"),
            3 => Some("Three"),
            4 => Some("Four"),
            5 => Some("Five"),
            6 => Some("Six"),
            7 => Some("Seven"),
            8 => Some("Eight"),
            9 => Some("Nine"),
            _ => None,
        })
        .collect()
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

    fn check(values: &[i32], expected: &[&str]) {
        assert_eq!(by_length(values), expected, "by_length({values:?})");
    }

    #[test]
    fn examples() {
        check(&[4, 9, 1, 4], &["Nine", "Four", "Four", "One"]);
        check(&[0, 10, -3, 7], &["Seven"]);
        check(&[], &[]);
    }

    #[test]
    fn every_name() {
        let names = [
            "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine",
        ];
        for (value, name) in (1..).zip(names) {
            check(&[value], &[name]);
            check(&[value, value], &[name, name]);
        }
        let mut descending = names.to_vec();
        descending.reverse();
        check(&[1, 2, 3, 4, 5, 6, 7, 8, 9], &descending);
        check(&[9, 8, 7, 6, 5, 4, 3, 2, 1], &descending);
    }

    #[test]
    fn values_without_a_name() {
        for value in [0, 10, 11, 19, 55, 100, -1, -5, -9, i32::MIN, i32::MAX] {
            check(&[value], &[]);
            check(&[value, 2, value], &["Two"]);
        }
    }

    #[test]
    fn order() {
        check(&[1, 2], &["Two", "One"]);
        check(&[2, 1], &["Two", "One"]);
        check(&[8, 3, 8, 3], &["Eight", "Eight", "Three", "Three"]);
        check(&[5, 0, 6, -6, 7, 12], &["Seven", "Six", "Five"]);
    }

    #[test]
    fn random_lists() {
        // Oracle: go from nine down to one and look who is there.
        let names = [
            "Nine", "Eight", "Seven", "Six", "Five", "Four", "Three", "Two", "One",
        ];
        let mut lcg = Lcg(105);
        for _ in 0..300 {
            let length = lcg.below(10);
            let values: Vec<i32> = (0..length).map(|_| lcg.below(14) as i32 - 2).collect();
            let mut expected = Vec::new();
            for (gap, name) in (0..).zip(names) {
                for _ in values.iter().filter(|&value| value + gap == 9) {
                    expected.push(name);
                }
            }
            check(&values, &expected);
        }
    }

    #[test]
    fn long_list() {
        let values: Vec<i32> = (0..20_000).map(|i| i % 2 + 1).collect();
        let expected = [["Two"; 10_000], ["One"; 10_000]].concat();
        assert!(
            by_length(&values) == expected,
            "1 and 2 in turn, 10,000 times each"
        );
    }
}
