/// Returns a reference to the largest item, the first one if several are equally
/// large, or `None` if there are no items. Any two items can be compared, so floats
/// never include NaN.
///
/// # Examples
///
/// ```
/// assert_eq!(largest(&[3, 8, 5]), Some(&8));
/// assert_eq!(largest(&["pear", "fig"]), Some(&"pear"));
/// assert_eq!(largest::<f64>(&[]), None);
/// ```
pub fn largest<T: PartialOrd>(items: &[T]) -> Option<&T> {
    items
        .iter()
        .reduce(|best, item| if item > best { item } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Debug;

    fn check<T: PartialOrd + Debug>(items: &[T], expected: Option<&T>) {
        assert_eq!(largest(items), expected, "largest(&{items:?})");
    }

    #[test]
    fn examples() {
        check(&[3, 8, 5], Some(&8));
        check(&["pear", "fig"], Some(&"pear"));
        check::<f64>(&[], None);
    }

    #[test]
    fn every_position() {
        check(&[9, 1, 2], Some(&9));
        check(&[1, 9, 2], Some(&9));
        check(&[1, 2, 9], Some(&9));
        check(&[-4], Some(&-4));
        check(&[-4, -3], Some(&-3));
    }

    #[test]
    fn types_without_total_order_or_copy() {
        check(&[0.5, -1.5, 2.25, 2.0], Some(&2.25));
        check(&[f64::NEG_INFINITY, f64::MIN], Some(&f64::MIN));
        let words = ["b".to_string(), "c".to_string(), "a".to_string()];
        check(&words, Some(&"c".to_string()));
    }

    #[test]
    fn first_of_several() {
        // 0.0 and -0.0 are equal, yet their signs tell them apart.
        let cases: [[f64; 3]; 3] = [[-1.0, 0.0, -0.0], [-1.0, -0.0, 0.0], [-0.0, -1.0, 0.0]];
        for items in cases {
            let first_zero = items.iter().find(|&&item| item == 0.0);
            let expected = first_zero.map(|zero| zero.to_bits());
            let got = largest(&items).map(|item| item.to_bits());
            assert_eq!(got, expected, "largest(&{items:?}), as bits");
        }
    }
}
