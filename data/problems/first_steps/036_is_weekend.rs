/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// Returns `true` for Saturday and Sunday, `false` for every other day.
///
/// # Examples
///
/// ```
/// assert_eq!(is_weekend(Day::Sunday), true);
/// assert_eq!(is_weekend(Day::Monday), false);
/// ```
pub fn is_weekend(day: Day) -> bool {
    matches!(day, Day::Saturday | Day::Sunday)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(day: Day, expected: bool) {
        assert_eq!(is_weekend(day), expected, "is_weekend(Day::{day:?})");
    }

    #[test]
    fn examples() {
        check(Day::Sunday, true);
        check(Day::Monday, false);
    }

    #[test]
    fn all_days() {
        check(Day::Tuesday, false);
        check(Day::Wednesday, false);
        check(Day::Thursday, false);
        check(Day::Friday, false);
        check(Day::Saturday, true);
    }
}
