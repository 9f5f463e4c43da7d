    if let Payment::Cash(amount) = *payment {
        return amount;
    }
    if let Payment::Card { amount, fee } = *payment {
        return fee + amount;
    }
    0
}
