/// Tells whether `year` is a leap year in the Gregorian calendar: it is
/// divisible by 4, except that years divisible by 100 must also be divisible by 400.
/// The year 0 and negative years follow the same rule.
///
/// # Examples
///
/// ```
/// assert_eq!(is_leap_year(2024), true);
/// assert_eq!(is_leap_year(1900), false);
/// assert_eq!(is_leap_year(2000), true);
/// ```
pub fn is_leap_year(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(year: i32, expected: bool) {
        assert_eq!(is_leap_year(year), expected, "is_leap_year({year})");
    }

    #[test]
    fn examples() {
        check(2024, true);
        check(1900, false);
        check(2000, true);
    }

    #[test]
    fn near_misses() {
        check(2023, false);
        check(2022, false);
        check(2100, false);
        check(2200, false);
        check(2400, true);
        check(404, true);
        check(4, true);
        check(100, false);
    }

    #[test]
    fn zero_and_negative_years() {
        check(0, true);
        check(-1, false);
        check(-4, true);
        check(-100, false);
        check(-104, true);
        check(-300, false);
        check(-400, true);
    }

    #[test]
    fn two_full_cycles() {
        let mut leap_years = vec![];
        for century in [0, 100, 200, 300, 400, 500, 600, 700] {
            let first = if century % 400 == 0 { 0 } else { 4 };
            leap_years.extend((first..100).step_by(4).map(|n| century + n));
        }
        for year in 1..800 {
            check(year, leap_years.contains(&year));
        }
    }
}
