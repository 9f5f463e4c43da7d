    if amount == 0 {
        return Err(TransferError::NothingToTransfer);
    }
    let Some(rest) = from.balance.checked_sub(amount) else {
        return Err(TransferError::InsufficientFunds {
            missing: amount.abs_diff(from.balance),
        });
    };
    *from = Account { balance: rest };
    to.balance += amount;
    Ok(())
}
