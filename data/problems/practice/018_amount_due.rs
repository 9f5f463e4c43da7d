/// How a customer pays; all amounts are in cents.
#[derive(Debug, Clone, PartialEq)]
pub enum Payment {
    Cash(u32),
    Card { amount: u32, fee: u32 },
    Voucher,
}

/// Returns how many cents the customer has to pay: the amount in cash, the amount
/// together with the fee by card, and nothing with a voucher. The result always fits
/// in a `u32`.
///
/// # Examples
///
/// ```
/// assert_eq!(amount_due(&Payment::Cash(500)), 500);
/// assert_eq!(amount_due(&Payment::Card { amount: 500, fee: 15 }), 515);
/// assert_eq!(amount_due(&Payment::Voucher), 0);
/// ```
pub fn amount_due(payment: &Payment) -> u32 {
    match payment {
        Payment::Cash(amount) => *amount,
        Payment::Card { amount, fee } => amount + fee,
        Payment::Voucher => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(payment: Payment, expected: u32) {
        assert_eq!(amount_due(&payment), expected, "amount_due(&{payment:?})");
    }

    #[test]
    fn examples() {
        check(Payment::Cash(500), 500);
        check(
            Payment::Card {
                amount: 500,
                fee: 15,
            },
            515,
        );
        check(Payment::Voucher, 0);
    }

    #[test]
    fn cash() {
        check(Payment::Cash(0), 0);
        check(Payment::Cash(1), 1);
        check(Payment::Cash(u32::MAX), u32::MAX);
    }

    #[test]
    fn card() {
        check(Payment::Card { amount: 0, fee: 0 }, 0);
        check(Payment::Card { amount: 3, fee: 0 }, 3);
        check(Payment::Card { amount: 0, fee: 7 }, 7);
        check(
            Payment::Card {
                amount: u32::MAX - 2,
                fee: 2,
            },
            u32::MAX,
        );
    }
}
