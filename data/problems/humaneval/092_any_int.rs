/// A number as it was written: with or without a fractional part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// A whole number such as `3`.
    Int(i64),
    /// A number with a fractional part such as `3.0`.
    Float(f64),
}

/// Tells whether all three numbers are whole and one of them is the sum of the other two.
///
/// Only `Number::Int` counts as whole: `Number::Float` never does, whatever its value, so a
/// single float makes the answer `false`. Any of the three may be the sum. The true sum counts,
/// also where it does not fit in an `i64` (it then equals no third number).
///
/// # Examples
///
/// ```
/// use Number::{Float, Int};
///
/// assert!(any_int(Int(5), Int(2), Int(7)));
/// assert!(any_int(Int(3), Int(-2), Int(5)));
/// assert!(!any_int(Int(3), Int(2), Int(2)));
/// assert!(!any_int(Float(3.0), Int(-2), Int(1)));
/// ```
pub fn any_int(x: Number, y: Number, z: Number) -> bool {
    let (Number::Int(x), Number::Int(y), Number::Int(z)) = (x, y, z) else {
        return false;
    };
    let (x, y, z) = (i128::from(x), i128::from(y), i128::from(z));
    x + y == z || x + z == y || y + z == x
}

#[cfg(test)]
mod tests {
    use super::Number::{Float, Int};
    use super::*;

    fn check(numbers: [Number; 3], expected: bool) {
        let [a, b, c] = numbers;
        let orders = [
            [a, b, c],
            [a, c, b],
            [b, a, c],
            [b, c, a],
            [c, a, b],
            [c, b, a],
        ];
        for [x, y, z] in orders {
            assert_eq!(any_int(x, y, z), expected, "any_int({x:?}, {y:?}, {z:?})");
        }
    }

    #[test]
    fn examples() {
        check([Int(5), Int(2), Int(7)], true);
        check([Int(3), Int(-2), Int(5)], true);
        check([Int(3), Int(2), Int(2)], false);
        check([Float(3.0), Int(-2), Int(1)], false);
    }

    #[test]
    fn whole_numbers() {
        check([Int(0), Int(0), Int(0)], true);
        check([Int(4), Int(4), Int(0)], true);
        check([Int(4), Int(4), Int(8)], true);
        check([Int(4), Int(-4), Int(0)], true);
        check([Int(4), Int(4), Int(4)], false);
        check([Int(2), Int(6), Int(2)], false);
        check([Int(-5), Int(-2), Int(-3)], true);
        check([Int(5), Int(-2), Int(-3)], false);
        check([Int(2), Int(3), Int(6)], false);
        check([Int(2), Int(3), Int(4)], false);
    }

    #[test]
    fn floats_are_never_whole() {
        check([Float(5.0), Int(2), Int(7)], false);
        check([Int(5), Float(2.0), Int(7)], false);
        check([Int(5), Int(2), Float(7.0)], false);
        check([Float(5.0), Float(2.0), Int(7)], false);
        check([Float(5.0), Float(2.0), Float(7.0)], false);
        check([Float(0.0), Int(0), Int(0)], false);
        check([Float(2.5), Float(2.5), Int(5)], false);
    }

    #[test]
    fn sums_that_do_not_fit() {
        check([Int(i64::MAX), Int(1), Int(i64::MIN)], false);
        check([Int(i64::MIN), Int(-1), Int(i64::MAX)], true);
        check([Int(i64::MAX), Int(i64::MAX), Int(-2)], false);
        check([Int(i64::MIN), Int(i64::MIN), Int(0)], true);
        check([Int(i64::MAX), Int(0), Int(i64::MAX)], true);
        check([Int(i64::MAX - 1), Int(1), Int(i64::MAX)], true);
    }

    #[test]
    fn all_small_triples() {
        // Oracle: twice the sum is twice as much as all three together.
        for a in -6..=6 {
            for b in -6..=a {
                for c in -6..=b {
                    let all = a + b + c;
                    let expected = [2 * a, 2 * b, 2 * c].contains(&all);
                    check([Int(a), Int(b), Int(c)], expected);
                    check([Float(a as f64), Int(b), Int(c)], false);
                }
            }
        }
    }
}
