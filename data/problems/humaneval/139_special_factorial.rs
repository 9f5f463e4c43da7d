/// Returns the product of all factorials up to that of `n`:
/// `n! * (n - 1)! * ... * 2! * 1!`, or `None` if it does not fit in a `u64`.
///
/// For `n` of 0 there is no factor, and the result is `Some(1)`. Any `u32` may
/// be given.
///
/// # Examples
///
/// ```
/// assert_eq!(special_factorial(3), Some(12)); // 6 * 2 * 1
/// assert_eq!(special_factorial(5), Some(34_560));
/// assert_eq!(special_factorial(0), Some(1));
/// assert_eq!(special_factorial(40), None);
/// ```
pub fn special_factorial(n: u32) -> Option<u64> {
    let mut factorial: u64 = 1;
    let mut product: u64 = 1;
    for factor in 1..=u64::from(n) {
        factorial = factorial.checked_mul(factor)?;
        product = product.checked_mul(factorial)?;
    }
    Some(product)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u32, expected: Option<u64>) {
        let got = special_factorial(n);
        assert_eq!(got, expected, "special_factorial({n})");
    }

    #[test]
    fn examples() {
        check(3, Some(12));
        check(5, Some(34_560));
        check(0, Some(1));
        check(40, None);
    }

    #[test]
    fn every_product_that_fits() {
        check(1, Some(1));
        check(2, Some(2));
        check(4, Some(288));
        check(6, Some(24_883_200));
        check(7, Some(125_411_328_000));
        check(8, Some(5_056_584_744_960_000));
    }

    #[test]
    fn the_first_products_that_do_not_fit() {
        for n in 9..=70 {
            check(n, None);
        }
    }

    #[test]
    fn agrees_with_factorials_multiplied_out() {
        // In 128 bits the products up to that for 11 fit.
        let factorial = |n: u128| (1..=n).product::<u128>();
        for n in 0..=11 {
            let product: u128 = (1..=n).map(factorial).product();
            check(n as u32, u64::try_from(product).ok());
        }
    }

    #[test]
    fn large_numbers() {
        for n in [100, 1_000, 65_536, 1_000_000_000, u32::MAX] {
            check(n, None);
        }
    }
}
