/// Turns a test score into a grade: 'A' for 90 and above, 'B' for 80 to 89,
/// 'C' for 70 to 79, 'D' for 60 to 69, and 'F' below 60.
///
/// # Examples
///
/// ```
/// assert_eq!(letter_grade(95), 'A');
/// assert_eq!(letter_grade(80), 'B');
/// assert_eq!(letter_grade(12), 'F');
/// ```
pub fn letter_grade(score: u32) -> char {
    match score {
        90.. => 'A',
        80.. => 'B',
        70.. => 'C',
        60.. => 'D',
        _ => 'F',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(score: u32, expected: char) {
        assert_eq!(letter_grade(score), expected, "letter_grade({score})");
    }

    #[test]
    fn examples() {
        check(95, 'A');
        check(80, 'B');
        check(12, 'F');
    }

    #[test]
    fn every_score_to_100() {
        let grades = [
            (0, 60, 'F'),
            (60, 70, 'D'),
            (70, 80, 'C'),
            (80, 90, 'B'),
            (90, 101, 'A'),
        ];
        for (from, to, grade) in grades {
            for score in from..to {
                check(score, grade);
            }
        }
    }

    #[test]
    fn above_100() {
        check(101, 'A');
        check(u32::MAX, 'A');
    }
}
