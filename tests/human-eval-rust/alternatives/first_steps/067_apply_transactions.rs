    transactions
        .iter()
        .enumerate()
        .try_fold(balance, |current, (index, transaction)| {
            let wide = i64::from(current);
            let changed = match transaction {
                Transaction::Deposit(amount) => wide + i64::from(*amount),
                Transaction::Withdraw(amount) => wide - i64::from(*amount),
                Transaction::Close => 0,
            };
            u32::try_from(changed).map_err(|_| index)
        })
}
