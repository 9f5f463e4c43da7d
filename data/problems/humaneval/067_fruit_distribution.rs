/// Returns how many mangoes lie in a basket that holds `total` fruits.
///
/// The other fruits are apples and oranges, counted in `description`, which always reads
/// `<number> apples and <number> oranges` with single spaces; both numbers are written in plain
/// decimal digits and fit in a `u32` (the plural stands with every number). All fruits that are
/// neither apples nor oranges are mangoes. The answer is `None` when there are more apples and
/// oranges together than `total`; mind that their sum need not fit in a `u32`.
///
/// # Examples
///
/// ```
/// assert_eq!(fruit_distribution("4 apples and 7 oranges", 20), Some(9));
/// assert_eq!(fruit_distribution("0 apples and 1 oranges", 1), Some(0));
/// assert_eq!(fruit_distribution("3 apples and 3 oranges", 5), None);
/// ```
pub fn fruit_distribution(description: &str, total: u32) -> Option<u32> {
    let mut mangoes = total;
    for word in description.split(' ') {
        if let Ok(count) = word.parse::<u32>() {
            mangoes = mangoes.checked_sub(count)?;
        }
    }
    Some(mangoes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(apples: u32, oranges: u32, total: u32, expected: Option<u32>) {
        let description = format!("{apples} apples and {oranges} oranges");
        assert_eq!(
            fruit_distribution(&description, total),
            expected,
            "fruit_distribution({description:?}, {total})"
        );
    }

    #[test]
    fn examples() {
        check(4, 7, 20, Some(9));
        check(0, 1, 1, Some(0));
        check(3, 3, 5, None);
    }

    #[test]
    fn no_fruit_of_a_kind() {
        check(0, 0, 0, Some(0));
        check(0, 0, 12, Some(12));
        check(5, 0, 12, Some(7));
        check(0, 5, 12, Some(7));
    }

    #[test]
    fn exactly_full_and_one_too_many() {
        check(6, 4, 10, Some(0));
        check(6, 4, 9, None);
        check(6, 4, 11, Some(1));
        check(1, 0, 0, None);
        check(0, 1, 0, None);
        check(11, 0, 10, None);
        check(0, 11, 10, None);
    }

    #[test]
    fn large_numbers() {
        check(123, 1_004, 987_654_321, Some(987_653_194));
        check(u32::MAX, 0, u32::MAX, Some(0));
        check(0, u32::MAX, u32::MAX, Some(0));
        check(u32::MAX, 1, u32::MAX, None);
        check(u32::MAX, u32::MAX, u32::MAX, None);
        check(2_147_483_648, 2_147_483_648, 0, None);
        check(0, 0, u32::MAX, Some(u32::MAX));
    }

    #[test]
    fn all_small_baskets() {
        for apples in 0..13 {
            for oranges in 0..13 {
                for mangoes in 0..13 {
                    check(apples, oranges, apples + oranges + mangoes, Some(mangoes));
                }
                for total in 0..apples + oranges {
                    check(apples, oranges, total, None);
                }
            }
        }
    }
}
