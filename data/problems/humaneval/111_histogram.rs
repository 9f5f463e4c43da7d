use std::collections::BTreeMap;

/// Counts the letters of `text` and returns those that occur most often.
///
/// `text` is a row of single lowercase ASCII letters (`'a'` to `'z'`) with at
/// least one space (`' '`) between any two of them; more spaces in a row, and
/// spaces at either end, are allowed and mean nothing. Other characters do not
/// occur. Spaces are never counted.
///
/// The result maps every letter that reaches the highest count to that count.
/// When several letters tie for the highest count, all of them are in the map;
/// letters with a lower count are not. Without any letter (an empty text, or
/// only spaces) the map is empty. `text` may be long (120,000 characters), so
/// counting from its start to every single character is too slow.
///
/// # Examples
///
/// ```
/// use std::collections::BTreeMap;
/// assert_eq!(histogram("x y x z"), BTreeMap::from([('x', 2)]));
/// assert_eq!(histogram("q p p q r"), BTreeMap::from([('p', 2), ('q', 2)]));
/// assert_eq!(histogram(""), BTreeMap::new());
/// ```
pub fn histogram(text: &str) -> BTreeMap<char, usize> {
    let mut counts = BTreeMap::new();
    for letter in text.chars().filter(|&c| c != ' ') {
        *counts.entry(letter).or_insert(0) += 1;
    }
    let highest = counts.values().copied().max();
    counts.retain(|_, count| Some(*count) == highest);
    counts
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

    fn check(text: &str, expected: &[(char, usize)]) {
        let got: Vec<(char, usize)> = histogram(text).into_iter().collect();
        assert_eq!(got, expected, "histogram({text:?})");
    }

    /// Counts each letter of the alphabet by a pass of its own.
    fn brute(text: &str) -> Vec<(char, usize)> {
        let count = |c: char| text.matches(c).count();
        let best = ('a'..='z').map(count).max().unwrap();
        ('a'..='z')
            .map(|c| (c, count(c)))
            .filter(|&(_, n)| n > 0 && n == best)
            .collect()
    }

    #[test]
    fn examples() {
        check("x y x z", &[('x', 2)]);
        check("q p p q r", &[('p', 2), ('q', 2)]);
        check("", &[]);
    }

    #[test]
    fn no_letters() {
        check(" ", &[]);
        check("      ", &[]);
    }

    #[test]
    fn single_letters_and_full_ties() {
        check("k", &[('k', 1)]);
        check("a z", &[('a', 1), ('z', 1)]);
        check("d c b a", &[('a', 1), ('b', 1), ('c', 1), ('d', 1)]);
        check("m m m m", &[('m', 4)]);
    }

    #[test]
    fn spaces_are_not_counted() {
        check("  b   a  b ", &[('b', 2)]);
        check("a          b", &[('a', 1), ('b', 1)]);
        check("   z", &[('z', 1)]);
    }

    #[test]
    fn the_last_letter_can_decide() {
        check("a b a b", &[('a', 2), ('b', 2)]);
        check("a b a b a", &[('a', 3)]);
        check("a b a b b", &[('b', 3)]);
        check("b b b a a a c c", &[('a', 3), ('b', 3)]);
    }

    #[test]
    fn agrees_with_counting_letter_by_letter() {
        let mut rng = Lcg(111);
        for round in 0..400 {
            let letters = 1 + round % 26;
            let mut text = String::new();
            for _ in 0..rng.below(30) {
                text.push((b'a' + rng.below(letters) as u8) as char);
                text.push_str(&"   "[..1 + rng.below(3) as usize]);
            }
            check(&text, &brute(&text));
        }
    }

    #[test]
    fn long_text() {
        let text = "g h i ".repeat(20_000) + "h";
        let got: Vec<(char, usize)> = histogram(&text).into_iter().collect();
        assert_eq!(got, [('h', 20_001)], "20000 times \"g h i \", then \"h\"");
    }
}
