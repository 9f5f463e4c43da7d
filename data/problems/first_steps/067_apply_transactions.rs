/// A change of an account's balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transaction {
    Deposit(u32),
    Withdraw(u32),
    /// Sets the balance to 0.
    Close,
}

/// Applies the transactions in order to `balance` and returns the new balance. The first
/// transaction that would make the balance negative or larger than `u32::MAX` ends the
/// work; its index is the error.
///
/// # Examples
///
/// ```
/// use Transaction::{Close, Deposit, Withdraw};
/// assert_eq!(apply_transactions(10, &[Deposit(5), Withdraw(12)]), Ok(3));
/// assert_eq!(apply_transactions(10, &[Deposit(5), Withdraw(16), Close]), Err(1));
/// assert_eq!(apply_transactions(7, &[]), Ok(7));
/// ```
pub fn apply_transactions(balance: u32, transactions: &[Transaction]) -> Result<u32, usize> {
    let mut current = balance;
    for (index, transaction) in transactions.iter().enumerate() {
        let changed = match *transaction {
            Transaction::Deposit(amount) => current.checked_add(amount),
            Transaction::Withdraw(amount) => current.checked_sub(amount),
            Transaction::Close => Some(0),
        };
        current = changed.ok_or(index)?;
    }
    Ok(current)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Transaction::{Close, Deposit, Withdraw};

    fn check(balance: u32, transactions: &[Transaction], expected: Result<u32, usize>) {
        let got = apply_transactions(balance, transactions);
        assert_eq!(
            got, expected,
            "apply_transactions({balance}, &{transactions:?})"
        );
    }

    #[test]
    fn examples() {
        check(10, &[Deposit(5), Withdraw(12)], Ok(3));
        check(10, &[Deposit(5), Withdraw(16), Close], Err(1));
        check(7, &[], Ok(7));
    }

    #[test]
    fn single_transactions() {
        check(8, &[Deposit(3)], Ok(11));
        check(8, &[Withdraw(3)], Ok(5));
        check(8, &[Close], Ok(0));
        check(8, &[Deposit(0)], Ok(8));
        check(0, &[Close], Ok(0));
    }

    #[test]
    fn lower_border() {
        check(8, &[Withdraw(7)], Ok(1));
        check(8, &[Withdraw(8)], Ok(0));
        check(8, &[Withdraw(9)], Err(0));
        check(0, &[Withdraw(1), Deposit(1)], Err(0));
    }

    #[test]
    fn upper_border() {
        check(u32::MAX - 1, &[Deposit(1)], Ok(u32::MAX));
        check(u32::MAX, &[Deposit(1)], Err(0));
        check(
            5,
            &[Withdraw(1), Close, Deposit(u32::MAX), Deposit(1)],
            Err(3),
        );
    }

    #[test]
    fn order_matters() {
        check(0, &[Deposit(9), Withdraw(9)], Ok(0));
        check(0, &[Withdraw(9), Deposit(9)], Err(0));
        check(4, &[Deposit(2), Close, Deposit(1), Deposit(1)], Ok(2));
        check(4, &[Close, Withdraw(1), Withdraw(2)], Err(1));
        check(1, &[Deposit(3), Withdraw(2)].repeat(50), Ok(51));
    }
}
