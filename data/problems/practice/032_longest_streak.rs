/// Returns the length of the longest streak: how many `true`s stand in `days` one
/// directly after the other. It is 0 if there is no `true`.
///
/// # Examples
///
/// ```
/// assert_eq!(longest_streak(&[true, false, true, true]), 2);
/// assert_eq!(longest_streak(&[true]), 1);
/// assert_eq!(longest_streak(&[false, false]), 0);
/// ```
pub fn longest_streak(days: &[bool]) -> usize {
    let mut longest = 0;
    let mut current = 0;
    for &day in days {
        if day {
            current += 1;
            longest = longest.max(current);
        } else {
            current = 0;
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    // `x` stands for `true`, `.` for `false`.
    fn check(days: &str, expected: usize) {
        let listed: Vec<bool> = days.chars().map(|day| day == 'x').collect();
        assert_eq!(
            longest_streak(&listed),
            expected,
            "longest_streak of {days:?}"
        );
    }

    #[test]
    fn examples() {
        check("x.xx", 2);
        check("x", 1);
        check("..", 0);
    }

    #[test]
    fn short_slices() {
        check("", 0);
        check(".", 0);
        check("xx", 2);
        check("x.", 1);
        check(".x", 1);
    }

    #[test]
    fn at_every_place() {
        check("xxx.x.xx", 3);
        check("x.xxx.xx", 3);
        check("xx.x.xxx", 3);
        check("x.x.x.x", 1);
        check("xx..xx", 2);
        check(".xxxx.", 4);
    }

    #[test]
    fn many_days() {
        check(&"x".repeat(365), 365);
        check(&"xxxxx.".repeat(50), 5);
    }
}
