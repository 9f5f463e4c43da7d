/// Returns that one of two lists of texts which has fewer characters in total.
///
/// The total of a list is the number of characters (`char`s, not bytes) of all its texts
/// together; how many texts there are does not matter. When both totals are equal, `first` is
/// returned. The empty list and lists of empty texts have the total 0.
///
/// # Examples
///
/// ```
/// assert_eq!(total_match(&["sun", "moon"], &["a", "b", "c", "d"]), ["a", "b", "c", "d"]);
/// assert_eq!(total_match(&["ab", "c"], &["xyz"]), ["ab", "c"]);
/// assert_eq!(total_match(&["éé"], &["abc"]), ["éé"]);
/// ```
pub fn total_match<'a>(first: &'a [&'a str], second: &'a [&'a str]) -> &'a [&'a str] {
    let total = |texts: &[&str]| -> usize { texts.iter().map(|text| text.chars().count()).sum() };
    if total(second) < total(first) {
        second
    } else {
        first
    }
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

    fn check(first: &[&str], second: &[&str], expected: &[&str]) {
        assert_eq!(
            total_match(first, second),
            expected,
            "total_match({first:?}, {second:?})"
        );
    }

    #[test]
    fn examples() {
        let letters = ["a", "b", "c", "d"];
        check(&["sun", "moon"], &letters, &letters);
        check(&["ab", "c"], &["xyz"], &["ab", "c"]);
        check(&["éé"], &["abc"], &["éé"]);
    }

    #[test]
    fn empty_lists_and_texts() {
        check(&[], &[], &[]);
        check(&[], &["a"], &[]);
        check(&["a"], &[], &[]);
        check(&[""], &[], &[""]);
        check(&[], &["", ""], &[]);
        check(&["", "x"], &["", "", ""], &["", "", ""]);
    }

    #[test]
    fn one_character_decides() {
        check(&["four"], &["one"], &["one"]);
        check(&["one"], &["four"], &["one"]);
        check(&["abc", "def"], &["abcde"], &["abcde"]);
        check(&["abcde"], &["abc", "def"], &["abcde"]);
        check(&["abc", "de"], &["z", "abcdef"], &["abc", "de"]);
    }

    #[test]
    fn ties_go_to_the_first() {
        check(&["four"], &["five"], &["four"]);
        check(&["five"], &["four"], &["five"]);
        check(&["a", "b", "c"], &["abc"], &["a", "b", "c"]);
        check(&["abc"], &["a", "b", "c"], &["abc"]);
    }

    #[test]
    fn characters_are_not_bytes() {
        check(&["äöü"], &["abcd"], &["äöü"]);
        check(&["abcd"], &["äöü"], &["äöü"]);
        check(&["日本語"], &["abc"], &["日本語"]);
        check(&["abc"], &["日本語"], &["abc"]);
    }

    #[test]
    fn random_lists() {
        let mut lcg = Lcg(74);
        let words = ["", "a", "bc", "def", "ghij"];
        for _ in 0..500 {
            let mut list = || -> Vec<&str> {
                (0..lcg.below(5))
                    .map(|_| words[lcg.below(5) as usize])
                    .collect()
            };
            let (first, second) = (list(), list());
            let mut pair = [&first, &second];
            pair.sort_by_key(|texts| texts.concat().len());
            check(&first, &second, pair[0]);
        }
    }
}
