/// A bank account; the balance is in cents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub balance: u64,
}

/// Why a transfer was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferError {
    /// The amount was zero.
    NothingToTransfer,
    /// This many cents were missing.
    InsufficientFunds { missing: u64 },
}

/// Moves `amount` cents from one account to the other. An amount of 0 and an amount
/// above the balance of `from` are errors, and then both accounts stay unchanged.
/// The new balance of `to` always fits in a `u64`.
///
/// # Examples
///
/// ```
/// let mut ada = Account { balance: 100 };
/// let mut bob = Account { balance: 5 };
/// assert_eq!(transfer(&mut ada, &mut bob, 30), Ok(()));
/// assert_eq!((ada.balance, bob.balance), (70, 35));
///
/// let refused = Err(TransferError::InsufficientFunds { missing: 20 });
/// assert_eq!(transfer(&mut ada, &mut bob, 90), refused);
/// assert_eq!((ada.balance, bob.balance), (70, 35));
/// ```
pub fn transfer(from: &mut Account, to: &mut Account, amount: u64) -> Result<(), TransferError> {
    match amount {
        0 => Err(TransferError::NothingToTransfer),
        _ if amount > from.balance => {
            let missing = amount - from.balance;
            Err(TransferError::InsufficientFunds { missing })
        }
        _ => {
            from.balance -= amount;
            to.balance += amount;
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        before: (u64, u64),
        amount: u64,
        result: Result<(), TransferError>,
        after: (u64, u64),
    ) {
        let mut from = Account { balance: before.0 };
        let mut to = Account { balance: before.1 };
        let got = transfer(&mut from, &mut to, amount);
        assert_eq!(got, result, "transfer of {amount}, balances {before:?}");
        let got = (from.balance, to.balance);
        assert_eq!(
            got, after,
            "balances after transfer of {amount}, before {before:?}"
        );
    }

    fn refuse(before: (u64, u64), amount: u64, error: TransferError) {
        check(before, amount, Err(error), before);
    }

    #[test]
    fn examples() {
        check((100, 5), 30, Ok(()), (70, 35));
        refuse(
            (70, 35),
            90,
            TransferError::InsufficientFunds { missing: 20 },
        );
    }

    #[test]
    fn around_the_balance() {
        check((50, 0), 49, Ok(()), (1, 49));
        check((50, 0), 50, Ok(()), (0, 50));
        refuse((50, 0), 51, TransferError::InsufficientFunds { missing: 1 });
        refuse((0, 50), 1, TransferError::InsufficientFunds { missing: 1 });
    }

    #[test]
    fn small_amounts() {
        refuse((50, 7), 0, TransferError::NothingToTransfer);
        refuse((0, 0), 0, TransferError::NothingToTransfer);
        check((50, 7), 1, Ok(()), (49, 8));
        check((1, 7), 1, Ok(()), (0, 8));
    }

    #[test]
    fn huge_amounts() {
        check((u64::MAX, 0), u64::MAX, Ok(()), (0, u64::MAX));
        let missing = u64::MAX - 3;
        refuse(
            (3, u64::MAX),
            u64::MAX,
            TransferError::InsufficientFunds { missing },
        );
    }
}
