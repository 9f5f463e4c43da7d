/// Inserts `value` into `items`, which are in ascending order, so that they are still in
/// ascending order afterwards. If some items are equal to `value`, it is put behind the
/// last of them.
///
/// # Examples
///
/// ```
/// let mut items = vec![1, 4, 9];
/// insert_sorted(&mut items, 6);
/// assert_eq!(items, vec![1, 4, 6, 9]);
///
/// let mut words = vec!["fig", "pear"];
/// insert_sorted(&mut words, "apple");
/// assert_eq!(words, vec!["apple", "fig", "pear"]);
/// ```
pub fn insert_sorted<T: Ord>(items: &mut Vec<T>, value: T) {
    let mut position = items.len();
    while position > 0 && items[position - 1] > value {
        position -= 1;
    }
    items.insert(position, value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering;
    use std::fmt::Debug;

    fn check<T: Ord + Clone + Debug>(items: &[T], value: T, expected: &[T]) {
        let mut changed = items.to_vec();
        insert_sorted(&mut changed, value.clone());
        assert_eq!(changed, expected, "{items:?} with {value:?}");
    }

    #[test]
    fn examples() {
        check(&[1, 4, 9], 6, &[1, 4, 6, 9]);
        check(&["fig", "pear"], "apple", &["apple", "fig", "pear"]);
    }

    #[test]
    fn every_place() {
        check(&[2, 4], 1, &[1, 2, 4]);
        check(&[2, 4], 3, &[2, 3, 4]);
        check(&[2, 4], 5, &[2, 4, 5]);
        check(&[2, 2, 4], 2, &[2, 2, 2, 4]);
        check(&[-3, 0], -2, &[-3, -2, 0]);
    }

    #[test]
    fn few_items() {
        check(&[], 7, &[7]);
        check(&[7], 8, &[7, 8]);
        check(&[7], 6, &[6, 7]);
        check(
            &["b".to_string()],
            "a".to_string(),
            &["a".to_string(), "b".to_string()],
        );
    }

    // Cards are ordered by their number alone.
    #[derive(Debug, Clone)]
    struct Card(u32, char);

    impl PartialEq for Card {
        fn eq(&self, other: &Card) -> bool {
            self.0 == other.0
        }
    }

    impl Eq for Card {}

    impl PartialOrd for Card {
        fn partial_cmp(&self, other: &Card) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }

    impl Ord for Card {
        fn cmp(&self, other: &Card) -> Ordering {
            self.0.cmp(&other.0)
        }
    }

    #[test]
    fn behind_equal_items() {
        let mut cards = vec![Card(1, 'a'), Card(2, 'b'), Card(2, 'c'), Card(3, 'd')];
        insert_sorted(&mut cards, Card(2, 'x'));
        insert_sorted(&mut cards, Card(3, 'y'));
        let order: String = cards.iter().map(|card| card.1).collect();
        assert_eq!(order, "abcxdy", "cards 1a 2b 2c 3d with 2x and 3y");
    }

    #[test]
    fn one_after_the_other() {
        let mut items = Vec::new();
        for n in 0..200_u32 {
            insert_sorted(&mut items, n * 37 % 200);
        }
        assert!(
            items == (0..200).collect::<Vec<u32>>(),
            "0..200, inserted in another order"
        );
    }
}
