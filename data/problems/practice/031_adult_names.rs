/// A person; the age is in years.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    pub name: String,
    pub age: u8,
}

/// Returns the names of all people who are at least 18 years old, in the order in which
/// they stand in `people`.
///
/// # Examples
///
/// ```
/// let people = [
///     Person { name: "Ada".to_string(), age: 36 },
///     Person { name: "Tim".to_string(), age: 9 },
///     Person { name: "Eve".to_string(), age: 18 },
/// ];
/// assert_eq!(adult_names(&people), vec!["Ada", "Eve"]);
/// assert!(adult_names(&people[1..2]).is_empty());
/// ```
pub fn adult_names(people: &[Person]) -> Vec<&str> {
    people
        .iter()
        .filter(|person| person.age >= 18)
        .map(|person| person.name.as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(people: &[(&str, u8)], expected: &[&str]) {
        let person = |&(name, age): &(&str, u8)| Person {
            name: name.to_string(),
            age,
        };
        let listed: Vec<Person> = people.iter().map(person).collect();
        assert_eq!(adult_names(&listed), expected, "adult_names of {people:?}");
    }

    #[test]
    fn examples() {
        check(&[("Ada", 36), ("Tim", 9), ("Eve", 18)], &["Ada", "Eve"]);
        check(&[("Tim", 9)], &[]);
    }

    #[test]
    fn around_the_age() {
        check(&[("Max", 17)], &[]);
        check(&[("Max", 18)], &["Max"]);
        check(&[("Max", 19)], &["Max"]);
        check(&[("Max", 0)], &[]);
        check(&[("Max", u8::MAX)], &["Max"]);
    }

    #[test]
    fn order_and_repeats() {
        check(&[], &[]);
        check(&[("Zoë", 40), ("Al", 40)], &["Zoë", "Al"]);
        check(&[("Bo", 50), ("Bo", 50), ("Bo", 5)], &["Bo", "Bo"]);
        check(&[("", 20), ("x", 2), ("y", 20)], &["", "y"]);
    }

    #[test]
    fn many_people() {
        let people: Vec<(&str, u8)> = (7..30).map(|age| ("Kim", age)).collect();
        check(&people, &["Kim"; 12]);
    }
}
