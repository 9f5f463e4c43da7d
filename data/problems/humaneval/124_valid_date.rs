/// Tells whether `date` is a valid date in the format `mm-dd-yyyy`.
///
/// A valid date meets all of these:
/// - It is exactly ten ASCII characters long: two digits, a `'-'`, two digits,
///   a `'-'`, four digits. No other separator, no blanks, no sign, and no
///   leading zero left out.
/// - The month `mm` is `01` to `12`.
/// - The day `dd` is at least `01`, and at most `31` in the months 1, 3, 5, 7,
///   8, 10 and 12, at most `30` in the months 4, 6, 9 and 11, and at most `29`
///   in month 2. Leap years are **not** looked at: 29 February is valid in
///   every year.
/// - The year `yyyy` is any four digits, `0000` included.
///
/// `date` may be any string at all; whatever does not fit is not valid.
///
/// # Examples
///
/// ```
/// assert!(valid_date("11-30-1987"));
/// assert!(valid_date("02-29-2023"));
/// assert!(!valid_date("11-31-1987"));
/// assert!(!valid_date("7-04-1999"));
/// assert!(!valid_date("07/04/1999"));
/// ```
pub fn valid_date(date: &str) -> bool {
    let bytes = date.as_bytes();
    let shape_fits = bytes.len() == 10
        && bytes.iter().enumerate().all(|(i, byte)| match i {
            2 | 5 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shape_fits {
        return false;
    }
    let two_digits = |at: usize| 10 * (bytes[at] - b'0') + (bytes[at + 1] - b'0');
    let last_day = match two_digits(0) {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 29,
        _ => 0,
    };
    (1..=last_day).contains(&two_digits(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(date: &str, expected: bool) {
        let got = valid_date(date);
        assert_eq!(got, expected, "valid_date({date:?})");
    }

    #[test]
    fn examples() {
        check("11-30-1987", true);
        check("02-29-2023", true);
        check("11-31-1987", false);
        check("7-04-1999", false);
        check("07/04/1999", false);
    }

    #[test]
    fn every_month_and_day() {
        let last_day = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        for month in 0..=99 {
            let days = last_day.get(month).copied().unwrap_or(0);
            for day in 0..=99 {
                check(
                    &format!("{month:02}-{day:02}-2024"),
                    1 <= day && day <= days,
                );
            }
        }
    }

    #[test]
    fn any_year() {
        for year in (0..=9999).step_by(11) {
            check(&format!("02-29-{year:04}"), true);
            check(&format!("02-30-{year:04}"), false);
        }
        check("12-31-0000", true);
        check("12-31-9999", true);
    }

    #[test]
    fn wrong_length() {
        for date in [
            "",
            "-",
            "--",
            "01",
            "01-01",
            "01-01-",
            "01-01-200",
            "01-01-20000",
            "01-01-2000 ",
            " 01-01-2000",
            "01-01-2000\n",
            "001-01-2000",
            "01-001-2000",
            "1-01-2000",
            "01-1-2000",
            "1-1-2000",
            "01-01-20",
            "01-01-2000-",
            "01012000",
            "01-01-2000-01-01-2000",
        ] {
            check(date, false);
        }
    }

    #[test]
    fn wrong_character_at_each_place() {
        let good = "10-10-1010";
        check(good, true);
        for at in 0..good.len() {
            for wrong in ["-", "/", ":", " ", "+", "a", ".", "1"] {
                let date = format!("{}{wrong}{}", &good[..at], &good[at + 1..]);
                let digit_expected = at != 2 && at != 5;
                check(&date, (wrong == "1" && digit_expected) || date == good);
            }
        }
        // Month 11, day 11 and the year 1111 above are valid, and so is this.
        check("11-11-1111", true);
    }

    #[test]
    fn other_orders_and_signs() {
        check("2000-01-01", false);
        check("01-2000-01", false);
        check("13-01-2000", false);
        check("31-12-2000", false);
        check("+1-01-2000", false);
        check("01-+1-2000", false);
        check("01-01-+200", false);
        check("-1-01-2000", false);
        check("ab-cd-efgh", false);
        check("AB-CD-EFGH", false);
    }

    #[test]
    fn characters_beyond_ascii() {
        check("é1-01-200", false);
        check("é-01-2000", false);
        check("01-é-2000", false);
        check("01-01-20é", false);
        check("0é01-2000", false);
        check("٠١-٠١-٢٠٠٠", false);
        check("01–01–2000", false);
    }

    #[test]
    fn long_text() {
        let date = "01-01-2000".repeat(10_000);
        assert!(!valid_date(&date), "\"01-01-2000\" repeated 10000 times");
    }
}
