/// Tells what a rabbit has eaten, and what is left, after its meal.
///
/// The rabbit has eaten `number` carrots so far and needs `need` more; there
/// are `remaining` carrots in stock. It eats as many of them as it needs, or
/// all of them if there are not enough.
///
/// Returns `(total, left)`: the carrots it has eaten altogether, those from
/// before included, and the carrots left in stock.
///
/// Each of the three numbers is between 0 and 1000, both included.
///
/// # Examples
///
/// ```
/// assert_eq!(eat(3, 4, 9), (7, 5));
/// assert_eq!(eat(3, 8, 2), (5, 0));
/// assert_eq!(eat(6, 0, 1), (6, 1));
/// ```
pub fn eat(number: u32, need: u32, remaining: u32) -> (u32, u32) {
    let eaten = need.min(remaining);
    (number + eaten, remaining - eaten)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(number: u32, need: u32, remaining: u32, expected: (u32, u32)) {
        let got = eat(number, need, remaining);
        assert_eq!(got, expected, "eat({number}, {need}, {remaining})");
    }

    /// Eats one carrot at a time.
    fn carrot_by_carrot(number: u32, need: u32, remaining: u32) -> (u32, u32) {
        let (mut total, mut hunger, mut left) = (number, need, remaining);
        while hunger > 0 && left > 0 {
            total += 1;
            hunger -= 1;
            left -= 1;
        }
        (total, left)
    }

    #[test]
    fn examples() {
        check(3, 4, 9, (7, 5));
        check(3, 8, 2, (5, 0));
        check(6, 0, 1, (6, 1));
    }

    #[test]
    fn zeros() {
        check(0, 0, 0, (0, 0));
        check(5, 0, 0, (5, 0));
        check(0, 5, 0, (0, 0));
        check(0, 0, 5, (0, 5));
        check(5, 5, 0, (5, 0));
        check(5, 0, 5, (5, 5));
        check(0, 5, 5, (5, 0));
    }

    #[test]
    fn around_just_enough() {
        check(2, 6, 5, (7, 0));
        check(2, 6, 6, (8, 0));
        check(2, 6, 7, (8, 1));
        check(10, 1, 1, (11, 0));
        check(10, 1, 2, (11, 1));
        check(10, 2, 1, (11, 0));
    }

    #[test]
    fn limits() {
        check(1000, 1000, 1000, (2000, 0));
        check(1000, 0, 1000, (1000, 1000));
        check(0, 1000, 999, (999, 0));
        check(0, 999, 1000, (999, 1));
        check(1000, 1000, 0, (1000, 0));
    }

    #[test]
    fn agrees_with_eating_carrot_by_carrot() {
        for number in [0, 1, 7, 1000] {
            for need in (0..30).chain([500, 1000]) {
                for remaining in (0..30).chain([500, 1000]) {
                    let expected = carrot_by_carrot(number, need, remaining);
                    check(number, need, remaining, expected);
                }
            }
        }
    }
}
