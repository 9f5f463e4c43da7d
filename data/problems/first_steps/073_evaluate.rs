/// An arithmetic expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    Number(i64),
    Add(Box<Expr>, Box<Expr>),
    Subtract(Box<Expr>, Box<Expr>),
    Multiply(Box<Expr>, Box<Expr>),
    /// The first divided by the second, rounded towards zero.
    Divide(Box<Expr>, Box<Expr>),
}

/// Returns the value of the expression, or `None` if it divides by zero anywhere.
/// The values of all its parts fit in an `i64`.
///
/// # Examples
///
/// ```
/// use Expr::{Add, Divide, Number};
/// let sum = Add(Box::new(Number(2)), Box::new(Number(3)));
/// assert_eq!(evaluate(&sum), Some(5));
/// let zero = Box::new(Number(0));
/// assert_eq!(evaluate(&Divide(Box::new(sum), zero)), None);
/// ```
pub fn evaluate(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Number(value) => Some(*value),
        Expr::Add(left, right) => Some(evaluate(left)? + evaluate(right)?),
        Expr::Subtract(left, right) => Some(evaluate(left)? - evaluate(right)?),
        Expr::Multiply(left, right) => Some(evaluate(left)? * evaluate(right)?),
        Expr::Divide(left, right) => evaluate(left)?.checked_div(evaluate(right)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: i64) -> Expr {
        Expr::Number(value)
    }

    fn expr(left: Expr, operator: char, right: Expr) -> Expr {
        let (left, right) = (Box::new(left), Box::new(right));
        match operator {
            '+' => Expr::Add(left, right),
            '-' => Expr::Subtract(left, right),
            '*' => Expr::Multiply(left, right),
            _ => Expr::Divide(left, right),
        }
    }

    fn check(tree: Expr, expected: Option<i64>) {
        assert_eq!(evaluate(&tree), expected, "evaluate(&{tree:?})");
    }

    fn check_simple(left: i64, operator: char, right: i64, expected: Option<i64>) {
        check(expr(number(left), operator, number(right)), expected);
    }

    #[test]
    fn examples() {
        check_simple(2, '+', 3, Some(5));
        check(expr(expr(number(2), '+', number(3)), '/', number(0)), None);
    }

    #[test]
    fn numbers() {
        check(number(0), Some(0));
        check(number(-7), Some(-7));
        check(number(i64::MAX), Some(i64::MAX));
    }

    #[test]
    fn one_operator() {
        check_simple(7, '+', -9, Some(-2));
        check_simple(7, '-', 9, Some(-2));
        check_simple(9, '-', 7, Some(2));
        check_simple(7, '*', 9, Some(63));
        check_simple(-7, '*', 0, Some(0));
    }

    #[test]
    fn division() {
        check_simple(7, '/', 2, Some(3));
        check_simple(-7, '/', 2, Some(-3));
        check_simple(2, '/', 7, Some(0));
        check_simple(0, '/', 5, Some(0));
        check_simple(0, '/', 0, None);
        check_simple(1, '/', 0, None);
    }

    #[test]
    fn nested() {
        let three = || expr(number(1), '+', number(2));
        let minus_five = || expr(number(3), '-', number(8));
        check(expr(three(), '*', minus_five()), Some(-15));
        check(expr(minus_five(), '-', three()), Some(-8));
        check(
            expr(expr(number(20), '/', three()), '/', minus_five()),
            Some(-1),
        );
    }

    #[test]
    fn division_by_zero_anywhere() {
        let undefined = || expr(number(1), '/', expr(number(4), '-', number(4)));
        for operator in ['+', '-', '*', '/'] {
            check(expr(undefined(), operator, number(2)), None);
            check(expr(number(2), operator, undefined()), None);
            check(expr(number(0), operator, undefined()), None);
        }
    }
}
