/// Turns grade point averages into letter grades, one for each, in the same order.
///
/// An average of 4.0 or more is an `"A+"`. Below that, the average must be strictly greater
/// than the bound in this table, and the first row that fits decides:
///
/// | greater than | 3.7 | 3.3 | 3.0 | 2.7 | 2.3 | 2.0 | 1.7 | 1.3 | 1.0 | 0.7 | 0.0 |
/// |--------------|-----|-----|-----|-----|-----|-----|-----|-----|-----|-----|-----|
/// | letter       | A   | A-  | B+  | B   | B-  | C+  | C   | C-  | D+  | D   | D-  |
///
/// Everything else, 0.0 and below, is an `"E"`. An average equal to a bound therefore gets the
/// letter to the right of that bound's own: 3.7 is an `"A-"`. The averages are finite, and they
/// are compared as they are, without any rounding.
///
/// # Examples
///
/// ```
/// assert_eq!(numerical_letter_grade(&[4.0, 3.8, 3.7]), ["A+", "A", "A-"]);
/// assert_eq!(numerical_letter_grade(&[0.0, 0.1, 2.5]), ["E", "D-", "B-"]);
/// ```
pub fn numerical_letter_grade(grades: &[f64]) -> Vec<&'static str> {
    grades
        .iter()
        .map(|&grade| {
            if grade >= 4.0 {
                "A+"
            } else if grade > 3.7 {
                "A"
            } else if grade > 3.3 {
                "A-"
            } else if grade > 3.0 {
                "B+"
            } else if grade > 2.7 {
                "B"
            } else if grade > 2.3 {
                "B-"
            } else if grade > 2.0 {
                "C+"
            } else if grade > 1.7 {
                "C"
            } else if grade > 1.3 {
                "C-"
            } else if grade > 1.0 {
                "D+"
            } else if grade > 0.7 {
                "D"
            } else if grade > 0.0 {
                "D-"
            } else {
                "E"
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(grades: &[f64], expected: &[&str]) {
        assert_eq!(
            numerical_letter_grade(grades),
            expected,
            "numerical_letter_grade({grades:?})"
        );
    }

    #[test]
    fn examples() {
        check(&[4.0, 3.8, 3.7], &["A+", "A", "A-"]);
        check(&[0.0, 0.1, 2.5], &["E", "D-", "B-"]);
    }

    #[test]
    fn each_bound_on_both_sides() {
        let rows = [
            (3.7, "A", "A-"),
            (3.3, "A-", "B+"),
            (3.0, "B+", "B"),
            (2.7, "B", "B-"),
            (2.3, "B-", "C+"),
            (2.0, "C+", "C"),
            (1.7, "C", "C-"),
            (1.3, "C-", "D+"),
            (1.0, "D+", "D"),
            (0.7, "D", "D-"),
            (0.0, "D-", "E"),
        ];
        for (bound, above, otherwise) in rows {
            check(&[bound + 1e-9], &[above]);
            check(&[bound + 0.05], &[above]);
            check(&[bound], &[otherwise]);
            check(&[bound - 1e-9], &[otherwise]);
        }
    }

    #[test]
    fn around_the_best_grade() {
        check(&[4.0], &["A+"]);
        check(&[3.999_999_999], &["A"]);
        check(&[4.000_000_001], &["A+"]);
        check(&[4.3], &["A+"]);
        check(&[100.0], &["A+"]);
    }

    #[test]
    fn zero_and_below() {
        check(&[0.0], &["E"]);
        check(&[-0.5], &["E"]);
        check(&[-40.0], &["E"]);
        check(&[0.000_001], &["D-"]);
    }

    #[test]
    fn number_and_order_of_grades() {
        check(&[], &[]);
        check(&[1.5, 1.5, 1.5], &["C-", "C-", "C-"]);
        check(&[3.5, 0.5], &["A-", "D-"]);
        check(
            &[
                4.1, 3.9, 3.5, 3.2, 2.9, 2.5, 2.2, 1.9, 1.5, 1.2, 0.9, 0.5, 0.0,
            ],
            &[
                "A+", "A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D+", "D", "D-", "E",
            ],
        );
        check(
            &[0.9, 1.2, 1.9, 2.2, 2.9, 3.2],
            &["D", "D+", "C", "C+", "B", "B+"],
        );
        check(
            &[3.2, 2.9, 2.2, 1.9, 1.2, 0.9],
            &["B+", "B", "C+", "C", "D+", "D"],
        );
    }

    #[test]
    fn hundredths_agree_with_counting_bounds() {
        // Oracle: the number of bounds below the grade picks the letter.
        let letters = [
            "E", "D-", "D", "D+", "C-", "C", "C+", "B-", "B", "B+", "A-", "A", "A+",
        ];
        let bounds = [0, 70, 100, 130, 170, 200, 230, 270, 300, 330, 370, 399];
        for hundredths in 0..=450 {
            let below = bounds.iter().filter(|&&bound| bound < hundredths).count();
            check(&[f64::from(hundredths) / 100.0], &[letters[below]]);
        }
    }
}
