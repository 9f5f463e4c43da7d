/// Splits an `amount` of cents into euros and the cents that are left, in this order.
/// One euro is 100 cents; fewer than 100 cents are left.
///
/// # Examples
///
/// ```
/// assert_eq!(euros_and_cents(1250), (12, 50));
/// assert_eq!(euros_and_cents(99), (0, 99));
/// ```
pub fn euros_and_cents(amount: u32) -> (u32, u32) {
    (amount / 100, amount % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(amount: u32, expected: (u32, u32)) {
        let got = euros_and_cents(amount);
        assert_eq!(got, expected, "euros_and_cents({amount})");
    }

    #[test]
    fn examples() {
        check(1250, (12, 50));
        check(99, (0, 99));
    }

    #[test]
    fn around_one_euro() {
        check(0, (0, 0));
        check(1, (0, 1));
        check(100, (1, 0));
        check(101, (1, 1));
        check(199, (1, 99));
        check(200, (2, 0));
    }

    #[test]
    fn large_amounts() {
        check(10_005, (100, 5));
        check(123_456, (1_234, 56));
        check(u32::MAX, (42_949_672, 95));
    }
}
