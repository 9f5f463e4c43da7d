/// Names the planets whose orbits lie strictly between the orbits of two
/// planets, from the inside out.
///
/// There are eight planets; from the one nearest to the sun outwards they are
/// `Mercury`, `Venus`, `Earth`, `Mars`, `Jupiter`, `Saturn`, `Uranus` and
/// `Neptune`. The two arguments may come in either order. The result does not
/// include them, and always starts with the planet nearest to the sun; it is
/// empty when the two are neighbours or the same planet.
///
/// Names are matched exactly, upper and lower case included. Returns `None`
/// when either argument is not one of the eight names.
///
/// # Examples
///
/// ```
/// assert_eq!(bf("Venus", "Jupiter"), Some(vec!["Earth", "Mars"]));
/// assert_eq!(bf("Uranus", "Mars"), Some(vec!["Jupiter", "Saturn"]));
/// assert_eq!(bf("Earth", "Mars"), Some(vec![]));
/// assert_eq!(bf("Earth", "Moon"), None);
/// ```
pub fn bf(planet1: &str, planet2: &str) -> Option<Vec<&'static str>> {
    const PLANETS: [&str; 8] = [
        "Mercury", "Venus", "Earth", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune",
    ];
    let first = PLANETS.iter().position(|&name| name == planet1)?;
    let second = PLANETS.iter().position(|&name| name == planet2)?;
    let inner = first.min(second);
    let outer = first.max(second);
    let between = PLANETS.iter().take(outer).skip(inner + 1);
    Some(between.copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: &str = "Mercury Venus Earth Mars Jupiter Saturn Uranus Neptune";

    fn check(planet1: &str, planet2: &str, expected: Option<&[&str]>) {
        let got = bf(planet1, planet2);
        assert_eq!(got.as_deref(), expected, "bf({planet1:?}, {planet2:?})");
    }

    #[test]
    fn examples() {
        check("Venus", "Jupiter", Some(&["Earth", "Mars"]));
        check("Uranus", "Mars", Some(&["Jupiter", "Saturn"]));
        check("Earth", "Mars", Some(&[]));
        check("Earth", "Moon", None);
    }

    #[test]
    fn from_end_to_end() {
        let inside = ["Venus", "Earth", "Mars", "Jupiter", "Saturn", "Uranus"];
        check("Mercury", "Neptune", Some(&inside));
        check("Neptune", "Mercury", Some(&inside));
        check("Mercury", "Uranus", Some(&inside[..5]));
        check("Neptune", "Venus", Some(&inside[1..]));
    }

    #[test]
    fn every_pair() {
        // What stands between the two names in the list of all, which is
        // written down once and cut apart as text.
        for (i, inner) in ORDER.split(' ').enumerate() {
            for (j, outer) in ORDER.split(' ').enumerate() {
                if i < j {
                    let (_, after) = ORDER.split_once(inner).unwrap();
                    let (between, _) = after.split_once(outer).unwrap();
                    let between: Vec<&str> = between.split_whitespace().collect();
                    assert_eq!(
                        between.len(),
                        j - i - 1,
                        "planets between {inner} and {outer}"
                    );
                    check(inner, outer, Some(&between));
                    check(outer, inner, Some(&between));
                }
            }
            check(inner, inner, Some(&[]));
        }
    }

    #[test]
    fn unknown_names() {
        for name in [
            "",
            " ",
            "Pluto",
            "mars",
            "MARS",
            "Mars ",
            " Mars",
            "Mar",
            "Marss",
            "Earth Mars",
            "Sun",
            "Ceres",
            "Merkur",
            "Märs",
            "Mars4",
        ] {
            check(name, "Mars", None);
            check("Neptune", name, None);
            check(name, "Mercury", None);
            check(name, name, None);
        }
        check("Pluto", "Ceres", None);
    }

    #[test]
    fn long_name() {
        let name = "Mars".repeat(25_000);
        assert_eq!(
            bf(&name, "Earth"),
            None,
            "\"Mars\" repeated 25000 times, \"Earth\""
        );
    }
}
