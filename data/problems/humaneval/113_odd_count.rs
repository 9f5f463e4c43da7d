/// The sentence that [`odd_count`] fills in.
pub const TEMPLATE: &str = "found # odd digits: not more than #, not fewer than #";

/// Fills in one sentence for each string of digits in `items`.
///
/// For each item, count its odd digits (`'1'`, `'3'`, `'5'`, `'7'`, `'9'`) and
/// write the count in decimal in the place of **every** `'#'` of [`TEMPLATE`];
/// the rest of the template stays as it is, whatever the count (no change to
/// the singular). The sentences come in the order of the items.
///
/// - Every item consists of ASCII digits only; it may be empty and may start
///   with zeros. An item without odd digits gets the count 0.
/// - Repeated digits count each time they occur.
/// - Items may be long (100,000 digits), so counting from the start to every
///   single digit is too slow.
/// - An empty slice gives an empty vector.
///
/// # Examples
///
/// ```
/// assert_eq!(
///     odd_count(&["70153"]),
///     ["found 4 odd digits: not more than 4, not fewer than 4"]
/// );
/// assert_eq!(
///     odd_count(&["84", "9"]),
///     [
///         "found 0 odd digits: not more than 0, not fewer than 0",
///         "found 1 odd digits: not more than 1, not fewer than 1",
///     ]
/// );
/// ```
pub fn odd_count(items: &[&str]) -> Vec<String> {
    items
        .iter()
        .map(|item| {
            let odd = item.bytes().filter(|digit| digit % 2 == 1).count();
            TEMPLATE.replace('#', &odd.to_string())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small linear congruential generator, so that every run sees the same inputs.
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

    fn check(items: &[&str], counts: &[usize]) {
        let expected: Vec<String> = counts
            .iter()
            .map(|n| format!("found {n} odd digits: not more than {n}, not fewer than {n}"))
            .collect();
        let got = odd_count(items);
        assert_eq!(got, expected, "odd_count({items:?})");
    }

    #[test]
    fn examples() {
        check(&["70153"], &[4]);
        check(&["84", "9"], &[0, 1]);
    }

    #[test]
    fn nothing_to_count() {
        check(&[], &[]);
        check(&[""], &[0]);
        check(&["", ""], &[0, 0]);
        check(&["0", "000", "2468"], &[0, 0, 0]);
    }

    #[test]
    fn every_digit() {
        check(
            &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
            &[0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
        );
        check(&["0123456789"], &[5]);
    }

    #[test]
    fn order_and_repetitions() {
        check(&["111", "", "1", "11"], &[3, 0, 1, 2]);
        check(&["007", "700", "070"], &[1, 1, 1]);
        check(&["1", "1"], &[1, 1]);
        check(&["13579135791"], &[11]);
        check(&["5", "22", "11"].repeat(4), &[1, 0, 2].repeat(4));
    }

    #[test]
    fn agrees_with_known_counts() {
        let mut rng = Lcg(113);
        for _ in 0..200 {
            let counts: Vec<usize> = (0..rng.below(6)).map(|_| rng.below(15) as usize).collect();
            let texts: Vec<String> = counts
                .iter()
                .map(|&odd| {
                    let mut text = String::new();
                    for _ in 0..odd {
                        for _ in 0..rng.below(3) {
                            text.push(['0', '2', '4', '6', '8'][rng.below(5) as usize]);
                        }
                        text.push(['1', '3', '5', '7', '9'][rng.below(5) as usize]);
                    }
                    text
                })
                .collect();
            let items: Vec<&str> = texts.iter().map(String::as_str).collect();
            check(&items, &counts);
        }
    }

    #[test]
    fn long_item() {
        let item = "98765".repeat(20_000);
        let got = odd_count(&[&item]);
        let expected = "found 60000 odd digits: not more than 60000, not fewer than 60000";
        assert_eq!(got, [expected], "20000 times \"98765\"");
    }
}
