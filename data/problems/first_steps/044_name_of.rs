/// A registered user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: u32,
    pub name: String,
}

/// Returns the name of the first user whose id is `id`, or `None` if there is none.
///
/// # Examples
///
/// ```
/// let users = [
///     User { id: 7, name: "ada".to_string() },
///     User { id: 9, name: "bob".to_string() },
/// ];
/// assert_eq!(name_of(&users, 9), Some("bob"));
/// assert_eq!(name_of(&users, 8), None);
/// ```
pub fn name_of(users: &[User], id: u32) -> Option<&str> {
    users
        .iter()
        .find(|user| user.id == id)
        .map(|user| user.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(users: &[(u32, &str)], id: u32, expected: Option<&str>) {
        let users: Vec<User> = users
            .iter()
            .map(|&(id, name)| User {
                id,
                name: name.to_string(),
            })
            .collect();
        assert_eq!(name_of(&users, id), expected, "name_of(&{users:?}, {id})");
    }

    #[test]
    fn examples() {
        check(&[(7, "ada"), (9, "bob")], 9, Some("bob"));
        check(&[(7, "ada"), (9, "bob")], 8, None);
    }

    #[test]
    fn every_position() {
        let users = [(30, "c"), (10, "a"), (20, "b")];
        check(&users, 30, Some("c"));
        check(&users, 10, Some("a"));
        check(&users, 20, Some("b"));
        check(&users, 0, None);
        check(&users, 31, None);
    }

    #[test]
    fn edges() {
        check(&[], 1, None);
        check(&[(0, "")], 0, Some(""));
        check(&[(1, "x")], 0, None);
        check(&[(u32::MAX, "max")], u32::MAX, Some("max"));
    }

    #[test]
    fn many_users() {
        let mut users = vec![(1, "x"); 20];
        users.push((2, "y"));
        check(&users, 2, Some("y"));
    }

    #[test]
    fn first_of_several() {
        check(&[(1, "x"), (5, "one"), (5, "two")], 5, Some("one"));
        check(&[(5, "b"), (5, "a"), (5, "c")], 5, Some("b"));
    }
}
