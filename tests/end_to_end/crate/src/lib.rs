//! Counting and reading small amounts.

use std::collections::BTreeMap;

/// An amount of something, with the unit that it is counted in.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount {
    /// How many units.
    pub count: u32,
    /// Name of the unit.
    pub unit: String,
}

/// Why a text is not an amount.
#[derive(Debug, Clone, PartialEq)]
pub enum AmountError {
    /// There is no unit after the number.
    NoUnit,
    /// The text does not begin with a number.
    NoNumber(String),
}

impl Amount {
    /// Makes an amount from a count and the name of its unit.
    pub fn new(count: u32, unit: &str) -> Self {
        Amount {
            count,
            unit: unit.to_string(),
        }
    }

    /// Returns the same amount `times` over, without going past the largest count.
    pub fn scaled(&self, times: u32) -> Amount {
        let count = self.count.saturating_mul(times);
        Amount {
            count,
            unit: self.unit.clone(),
        }
    }

    /// Tells whether both amounts are counted in the same unit.
    pub fn is_comparable(&self, other: &Amount) -> bool {
        let mine = self.unit.to_lowercase();
        mine == other.unit.to_lowercase()
    }
}

/// Reads a text such as `12 apples` as an amount.
///
/// The number comes first and white space separates it from the unit.
pub fn parse_amount(text: &str) -> Result<Amount, AmountError> {
    let (number, unit) = text.trim().split_once(' ').ok_or(AmountError::NoUnit)?;
    let count = number
        .parse()
        .map_err(|_| AmountError::NoNumber(number.to_string()))?;
    Ok(Amount::new(count, unit.trim()))
}

/// Reads one amount a line and skips lines that are blank.
pub fn parse_lines(text: &str) -> Result<Vec<Amount>, AmountError> {
    let mut amounts = Vec::new();
    for line in text.lines() {
        if line.trim().is_empty() {
            continue;
        }
        let amount = parse_amount(line)?;
        amounts.push(amount);
    }
    Ok(amounts)
}

/// Adds up the amounts of each unit.
pub fn totals(amounts: &[Amount]) -> BTreeMap<String, u32> {
    let mut totals = BTreeMap::new();
    for amount in amounts {
        let total = totals.entry(amount.unit.clone()).or_insert(0);
        *total += amount.count;
    }
    totals
}

/// Returns the largest amount of the given unit, if there is one.
pub fn largest<'a>(amounts: &'a [Amount], unit: &str) -> Option<&'a Amount> {
    let mut best: Option<&Amount> = None;
    for amount in amounts {
        if amount.unit != unit {
            continue;
        }
        if best.is_none_or(|found| amount.count > found.count) {
            best = Some(amount);
        }
    }
    best
}

/// Writes an amount as text that `parse_amount` reads back.
pub fn render(amount: &Amount) -> String {
    let mut text = amount.count.to_string();
    text.push(' ');
    text.push_str(&amount.unit);
    text
}

/// Splits a count into dozens and what remains.
pub fn in_dozens(count: u32) -> (u32, u32) {
    let dozens = count / 12;
    let rest = count % 12;
    (dozens, rest)
}
