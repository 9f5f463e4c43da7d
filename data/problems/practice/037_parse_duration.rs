/// Reads a duration such as `1h30m` and returns it in seconds. It consists of one or more
/// parts; each part is one or more of the digits 0 to 9 and then the letter `h` (hours),
/// `m` (minutes) or `s` (seconds). The parts may come in any order, also several times,
/// and are added. Returns `None` for every other text, the empty one included. All numbers,
/// in seconds too, and their sum fit in a `u32`.
///
/// # Examples
///
/// ```
/// assert_eq!(parse_duration("1h30m"), Some(5400));
/// assert_eq!(parse_duration("45s"), Some(45));
/// assert_eq!(parse_duration("90"), None);
/// assert_eq!(parse_duration("h"), None);
/// ```
pub fn parse_duration(text: &str) -> Option<u32> {
    let mut total = None;
    let mut number = None;
    for c in text.chars() {
        let unit = match c {
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => {
                number = Some(number.unwrap_or(0) * 10 + c.to_digit(10)?);
                continue;
            }
        };
        total = Some(total.unwrap_or(0) + number.take()? * unit);
    }
    match number {
        Some(_) => None,
        None => total,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<u32>) {
        assert_eq!(parse_duration(text), expected, "parse_duration({text:?})");
    }

    #[test]
    fn examples() {
        check("1h30m", Some(5400));
        check("45s", Some(45));
        check("90", None);
        check("h", None);
    }

    #[test]
    fn one_part() {
        check("1s", Some(1));
        check("9s", Some(9));
        check("1m", Some(60));
        check("2h", Some(7_200));
        check("0s", Some(0));
        check("0h", Some(0));
        check("007m", Some(420));
        check("4294967295s", Some(u32::MAX));
    }

    #[test]
    fn several_parts() {
        check("1h1m1s", Some(3_661));
        check("10s10m10h", Some(36_610));
        check("1m1m1m", Some(180));
        check("0m12s", Some(12));
        check("100h59m59s", Some(363_599));
    }

    #[test]
    fn incomplete() {
        for text in ["", "5", "1h5", "hm", "1hm", "m1", "1h m", "1hs"] {
            check(text, None);
        }
    }

    #[test]
    fn other_characters() {
        for text in [
            " ", "1dh", "as", "1A0s", "1h ", " 1h", "1 h", "1d", "1H", "1S", "-1s", "+1s", "1.5h",
            "1h,2m", "1/", "1:", "٣s", "1é", "1g", "1i", "1l", "1n", "1r", "1t",
        ] {
            check(text, None);
        }
    }
}
