/// An arithmetic operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Addition.
    Add,
    /// Subtraction.
    Sub,
    /// Multiplication.
    Mul,
    /// Division, rounded down to an integer.
    FloorDiv,
    /// Exponentiation.
    Pow,
}

/// Evaluates the expression that `operators` and `operands` form when they are
/// written alternately, starting with the first operand.
///
/// With operands `a, b, c` and operators `Add, Mul` the expression is
/// `a + b * c`. The usual rules apply:
/// - `Pow` binds strongest, then `Mul` and `FloorDiv`, then `Add` and `Sub`.
/// - Operators that bind equally strongly are applied from left to right;
///   `Pow` is the exception and is applied from right to left: `a ^ b ^ c` is
///   `a ^ (b ^ c)`.
///
/// There is always exactly one operand more than there are operators; without
/// operators the result is the only operand. Operands are not negative (though
/// differences may be), there is no division by zero, `0 ^ 0` does not occur,
/// no exponent exceeds 62, and every intermediate result fits in an `i64`.
///
/// # Examples
///
/// ```
/// use Operator::{Add, FloorDiv, Mul, Pow, Sub};
/// assert_eq!(do_algebra(&[Add, Mul, Sub], &[2, 3, 4, 5]), 9); // 2 + 3 * 4 - 5
/// assert_eq!(do_algebra(&[Sub, FloorDiv], &[1, 7, 2]), -2); // 1 - 7 / 2
/// assert_eq!(do_algebra(&[Pow, Pow], &[2, 3, 2]), 512); // 2 ^ (3 ^ 2)
/// assert_eq!(do_algebra(&[], &[6]), 6);
/// ```
pub fn do_algebra(operators: &[Operator], operands: &[i64]) -> i64 {
    // From right to left: every tower of powers becomes one factor.
    let mut factor = operands[operators.len()];
    let mut factors = Vec::new();
    for (&operator, &operand) in operators.iter().zip(operands).rev() {
        if operator == Operator::Pow {
            factor = operand.pow(factor as u32);
        } else {
            factors.push((operator, factor));
            factor = operand;
        }
    }
    // From left to right: add up the products and quotients. A term that is to
    // be subtracted is negative; `/` rounds towards zero, its size down.
    let mut sum = 0;
    let mut term = factor;
    for (operator, factor) in factors.into_iter().rev() {
        if operator == Operator::Mul {
            term *= factor;
        } else if operator == Operator::FloorDiv {
            term /= factor;
        } else {
            sum += term;
            term = if operator == Operator::Add {
                factor
            } else {
                -factor
            };
        }
    }
    sum + term
}

#[cfg(test)]
mod tests {
    use super::Operator::{Add, FloorDiv, Mul, Pow, Sub};
    use super::*;

    /// Small linear congruential generator, so that every run sees the same inputs.
    struct Lcg(u64);

    impl Lcg {
        fn below(&mut self, bound: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % bound
        }
    }

    fn check(operators: &[Operator], operands: &[i64], expected: i64) {
        let got = do_algebra(operators, operands);
        assert_eq!(got, expected, "do_algebra({operators:?}, {operands:?})");
    }

    /// Splits the expression at the operator that is applied last. Gives up
    /// (`None`) where the rules for the input are broken.
    fn brute(operators: &[Operator], operands: &[i64]) -> Option<i64> {
        let last_of = |kinds: &[Operator]| operators.iter().rposition(|op| kinds.contains(op));
        let first_pow = operators.iter().position(|&op| op == Pow);
        let Some(at) = last_of(&[Add, Sub])
            .or_else(|| last_of(&[Mul, FloorDiv]))
            .or(first_pow)
        else {
            return Some(operands[0]);
        };
        let left = brute(&operators[..at], &operands[..=at])?;
        let right = brute(&operators[at + 1..], &operands[at + 1..])?;
        match operators[at] {
            Add => left.checked_add(right),
            Sub => left.checked_sub(right),
            Mul => left.checked_mul(right),
            FloorDiv => left.checked_div_euclid(right),
            Pow if right > 62 || (left == 0 && right == 0) => None,
            Pow => left.checked_pow(right as u32),
        }
    }

    #[test]
    fn examples() {
        check(&[Add, Mul, Sub], &[2, 3, 4, 5], 9);
        check(&[Sub, FloorDiv], &[1, 7, 2], -2);
        check(&[Pow, Pow], &[2, 3, 2], 512);
        check(&[], &[6], 6);
    }

    #[test]
    fn one_operator() {
        check(&[Add], &[7, 3], 10);
        check(&[Sub], &[7, 3], 4);
        check(&[Sub], &[3, 7], -4);
        check(&[Mul], &[7, 3], 21);
        check(&[FloorDiv], &[7, 3], 2);
        check(&[FloorDiv], &[3, 7], 0);
        check(&[Pow], &[7, 3], 343);
        check(&[Pow], &[7, 0], 1);
        check(&[Pow], &[0, 7], 0);
        check(&[Pow], &[2, 62], 1 << 62);
    }

    #[test]
    fn equal_strength_from_left_to_right() {
        check(&[Sub, Add], &[9, 4, 3], 8);
        check(&[Sub, Sub], &[9, 4, 3], 2);
        check(&[FloorDiv, Mul], &[7, 2, 2], 6);
        check(&[Mul, FloorDiv], &[7, 3, 2], 10);
        check(&[FloorDiv, FloorDiv], &[100, 7, 3], 4);
        check(&[Mul, FloorDiv, Mul], &[5, 3, 4, 2], 6);
    }

    #[test]
    fn powers_from_right_to_left() {
        check(&[Pow, Pow], &[3, 2, 3], 6_561);
        check(&[Pow, Pow, Pow], &[2, 2, 2, 2], 65_536);
        check(&[Pow, Pow], &[5, 1, 9], 5);
        check(&[Pow, Mul, Pow], &[2, 3, 3, 2], 72);
        check(&[Pow, Add, Pow, Pow], &[2, 5, 2, 3, 2], 544);
    }

    #[test]
    fn strength_of_operators() {
        check(&[Add, Mul], &[2, 3, 4], 14);
        check(&[Mul, Add], &[2, 3, 4], 10);
        check(&[Sub, Mul], &[2, 3, 4], -10);
        check(&[Mul, Sub], &[2, 3, 4], 2);
        check(&[Mul, Pow], &[2, 3, 4], 162);
        check(&[Pow, Mul], &[2, 3, 4], 32);
        check(&[FloorDiv, Pow], &[81, 3, 2], 9);
        check(&[Sub, Pow, FloorDiv, Mul], &[1, 5, 2, 4, 3], -17);
        check(&[Add, Mul, Pow, Sub, FloorDiv], &[1, 2, 3, 2, 9, 2], 15);
    }

    #[test]
    fn quotients_that_are_subtracted_are_rounded_first() {
        check(&[Sub, FloorDiv], &[0, 7, 2], -3);
        check(&[Sub, FloorDiv, FloorDiv], &[0, 7, 2, 2], -1);
        check(&[Sub, FloorDiv, Mul], &[0, 7, 2, 2], -6);
        check(&[Sub, Mul, FloorDiv], &[10, 5, 3, 2], 3);
        check(&[Sub, FloorDiv, Add], &[0, 1, 2, 1], 1);
    }

    #[test]
    fn agrees_with_splitting_the_expression() {
        let mut rng = Lcg(160);
        let mut checked = 0;
        while checked < 2000 {
            let size = rng.below(8) as usize;
            let operators: Vec<Operator> = (0..size)
                .map(|_| [Add, Sub, Mul, FloorDiv, Pow][rng.below(5) as usize])
                .collect();
            let operands: Vec<i64> = (0..=size).map(|_| rng.below(12) as i64).collect();
            if let Some(expected) = brute(&operators, &operands) {
                check(&operators, &operands, expected);
                checked += 1;
            }
        }
    }

    #[test]
    fn long_expressions() {
        let operators: Vec<Operator> = [Mul, Sub].iter().copied().cycle().take(5_999).collect();
        let got = do_algebra(&operators, &[3; 6_000]);
        assert_eq!(got, 9 - 2_999 * 9, "3 * 3 - 3 * 3 - .. with 6000 operands");
        let got = do_algebra(&[Pow; 3_000], &[1; 3_001]);
        assert_eq!(got, 1, "1 ^ 1 ^ .. ^ 1 with 3001 operands");
    }
}
