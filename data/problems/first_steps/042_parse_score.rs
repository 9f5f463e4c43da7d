/// A player and the points the player has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    pub name: String,
    pub points: u32,
}

/// Parses a line of the form `name: points`. The first colon separates the two
/// parts, and white space around each part is removed. Returns `None` if there is
/// no colon, if the name is empty, or if `str::parse` rejects the points as a `u32`.
///
/// # Examples
///
/// ```
/// let ada = Score { name: "Ada".to_string(), points: 12 };
/// assert_eq!(parse_score("Ada: 12"), Some(ada));
/// assert_eq!(parse_score("Ada 12"), None);
/// assert_eq!(parse_score("Ada: many"), None);
/// assert_eq!(parse_score(": 12"), None);
/// ```
pub fn parse_score(line: &str) -> Option<Score> {
    let (name, points) = line.split_once(':')?;
    let name = name.trim().to_string();
    let points = points.trim().parse().ok()?;
    if name.is_empty() {
        None
    } else {
        Some(Score { name, points })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Option<(&str, u32)>) {
        let expected = expected.map(|(name, points)| Score {
            name: name.to_string(),
            points,
        });
        assert_eq!(parse_score(line), expected, "parse_score({line:?})");
    }

    #[test]
    fn examples() {
        check("Ada: 12", Some(("Ada", 12)));
        check("Ada 12", None);
        check("Ada: many", None);
        check(": 12", None);
    }

    #[test]
    fn white_space() {
        check("Ada:12", Some(("Ada", 12)));
        check("  Ada  :  12  ", Some(("Ada", 12)));
        check("\tAda Byron\t:\t7\n", Some(("Ada Byron", 7)));
        check("   : 12", None);
    }

    #[test]
    fn points() {
        check("x:0", Some(("x", 0)));
        check("x:4294967295", Some(("x", u32::MAX)));
        check("x:4294967296", None);
        check("x:-1", None);
        check("x:1 2", None);
        check("x:", None);
    }

    #[test]
    fn colons() {
        check("", None);
        check(":", None);
        check("12", None);
        check("a:b:3", None);
        check("a:3:4", None);
        check("12:34", Some(("12", 34)));
    }
}
