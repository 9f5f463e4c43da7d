/// Reports whether a bank account is overdrawn at any moment.
///
/// The account starts with a balance of 0. `operations` are applied in order: a
/// positive number is a deposit, a negative number a withdrawal, and 0 changes
/// nothing. The answer is `true` if the balance is less than 0 after at least
/// one of the operations, even if later deposits make up for it. A balance of
/// exactly 0 is not overdrawn. Without operations the answer is `false`.
///
/// Every balance along the way fits in an `i64`.
///
/// # Examples
///
/// ```
/// assert_eq!(below_zero(&[10, -4, -6, 2]), false);
/// assert_eq!(below_zero(&[10, -4, -7, 20]), true);
/// ```
pub fn below_zero(operations: &[i64]) -> bool {
    let mut balance = 0;
    for operation in operations {
        balance += operation;
        if balance < 0 {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(operations: &[i64], expected: bool) {
        assert_eq!(
            below_zero(operations),
            expected,
            "below_zero({operations:?})"
        );
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check(&[10, -4, -6, 2], false);
        check(&[10, -4, -7, 20], true);
    }

    #[test]
    fn one_operation() {
        check(&[], false);
        check(&[0], false);
        check(&[1], false);
        check(&[-1], true);
        check(&[i64::MAX], false);
        check(&[i64::MIN], true);
    }

    #[test]
    fn zero_is_not_overdrawn() {
        check(&[5, -5], false);
        check(&[5, -6], true);
        check(&[5, -4], false);
        check(&[0, 0, 0], false);
        check(&[3, -3, 3, -3, 1], false);
        check(&[1, -1, 0, -1, 5], true);
    }

    #[test]
    fn moment_matters() {
        check(&[-1, 100], true);
        check(&[100, -1], false);
        check(&[1, 2, 3, -7, 50], true);
        check(&[50, 1, 2, 3, -7], false);
        check(&[1, 2, 3, -7], true);
        check(&[i64::MAX, -i64::MAX, 7], false);
        check(&[i64::MAX, -i64::MAX, -1, 7], true);
    }

    #[test]
    fn agrees_with_sums_of_prefixes() {
        let mut state = 3;
        for _ in 0..500 {
            let len = next(&mut state, 9) as usize;
            let operations: Vec<i64> = (0..len).map(|_| next(&mut state, 14) as i64 - 5).collect();
            let lowest = (0..=len)
                .map(|end| operations[..end].iter().sum::<i64>())
                .min();
            check(&operations, lowest < Some(0));
        }
    }

    #[test]
    fn many_operations() {
        let mut operations = [3, -2, -1].repeat(20_000);
        assert!(
            !below_zero(&operations),
            "3, -2, -1 repeated 20000 times: expected false"
        );
        operations.push(-1);
        assert!(
            below_zero(&operations),
            "3, -2, -1 repeated 20000 times, then -1: expected true"
        );
    }
}
