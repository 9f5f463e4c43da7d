/// Returns how many minutes `hours` hours and `minutes` minutes are together.
/// `minutes` may be 60 or more. The result always fits in a `u32`.
///
/// # Examples
///
/// ```
/// assert_eq!(total_minutes(2, 15), 135);
/// assert_eq!(total_minutes(0, 90), 90);
/// ```
pub fn total_minutes(hours: u32, minutes: u32) -> u32 {
    hours * 60 + minutes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hours: u32, minutes: u32, expected: u32) {
        let got = total_minutes(hours, minutes);
        assert_eq!(got, expected, "total_minutes({hours}, {minutes})");
    }

    #[test]
    fn examples() {
        check(2, 15, 135);
        check(0, 90, 90);
    }

    #[test]
    fn small() {
        check(0, 0, 0);
        check(1, 0, 60);
        check(0, 1, 1);
        check(1, 1, 61);
        check(3, 60, 240);
    }

    #[test]
    fn large() {
        check(24, 0, 1_440);
        check(168, 5, 10_085);
        check(10, 500, 1_100);
        check(71_582_788, 15, u32::MAX);
        check(0, u32::MAX, u32::MAX);
    }
}
