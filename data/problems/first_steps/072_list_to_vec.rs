/// A linked list of numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum List {
    Empty,
    Node(i32, Box<List>),
}

/// Returns the numbers of `list`, from the first node to the last.
///
/// # Examples
///
/// ```
/// let list = List::Node(4, Box::new(List::Node(7, Box::new(List::Empty))));
/// assert_eq!(list_to_vec(&list), vec![4, 7]);
/// assert_eq!(list_to_vec(&List::Empty), vec![]);
/// ```
pub fn list_to_vec(list: &List) -> Vec<i32> {
    let mut numbers = Vec::new();
    let mut current = list;
    while let List::Node(number, rest) = current {
        numbers.push(*number);
        current = rest;
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[i32]) {
        let mut list = List::Empty;
        for &number in numbers.iter().rev() {
            list = List::Node(number, Box::new(list));
        }
        assert_eq!(
            list_to_vec(&list),
            numbers,
            "list_to_vec of a list of {numbers:?}"
        );
    }

    #[test]
    fn examples() {
        check(&[4, 7]);
        check(&[]);
    }

    #[test]
    fn short_lists() {
        check(&[0]);
        check(&[-1]);
        check(&[2, 1]);
        check(&[3, 3, 3]);
        check(&[i32::MIN, 0, i32::MAX]);
    }

    #[test]
    fn long_list() {
        let numbers: Vec<i32> = (0..1_000).map(|n| n * 37 % 101).collect();
        check(&numbers);
    }
}
