/// Returns the largest item by `>`, the first of equal ones.
pub fn largest<'a, T: PartialOrd>(items: &'a [T]) -> Option<&'a T> {
    let mut best = items.first()?;
    for item in items {
        if item > best {
            best = item;
        }
    }
    Some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(largest(&[1, 5, 3]), Some(&5));
        assert_eq!(largest::<f64>(&[]), None);
    }

    #[test]
    #[should_panic(expected = "out of range")]
    fn a_test_that_panics() {
        assert!(largest(&["a", "b"]) == Some(&"a"), "out of range");
    }

    #[test]
    fn a_test_with_a_result() -> Result<(), String> {
        largest(&[2.5, 1.5]).map(|_| ()).ok_or("none".to_string())
    }
}
