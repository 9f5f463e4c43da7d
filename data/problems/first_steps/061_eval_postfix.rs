/// Evaluates an expression in postfix notation, in which each operator follows its two
/// operands: `["7", "2", "-"]` means 7 - 2. The operators are `+`, `-` and `*`; any
/// other token must be accepted by `str::parse` as an `i64`. Returns `None` if a token
/// is invalid, if an operator lacks operands, or if the end leaves not exactly one
/// value. All results fit in an `i64`.
///
/// # Examples
///
/// ```
/// assert_eq!(eval_postfix(&["7", "2", "-"]), Some(5));
/// assert_eq!(eval_postfix(&["2", "3", "4", "*", "+"]), Some(14));
/// assert_eq!(eval_postfix(&["1", "+"]), None);
/// assert_eq!(eval_postfix(&["1", "2"]), None);
/// ```
pub fn eval_postfix(tokens: &[&str]) -> Option<i64> {
    let mut stack: Vec<i64> = Vec::new();
    for &token in tokens {
        let value = match token {
            "+" => stack.pop()? + stack.pop()?,
            "*" => stack.pop()? * stack.pop()?,
            "-" => {
                let right = stack.pop()?;
                stack.pop()? - right
            }
            number => number.parse().ok()?,
        };
        stack.push(value);
    }
    match stack[..] {
        [result] => Some(result),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<i64>) {
        let tokens: Vec<&str> = text.split_whitespace().collect();
        assert_eq!(eval_postfix(&tokens), expected, "eval_postfix(&{tokens:?})");
    }

    #[test]
    fn examples() {
        check("7 2 -", Some(5));
        check("2 3 4 * +", Some(14));
        check("1 +", None);
        check("1 2", None);
    }

    #[test]
    fn numbers() {
        check("5", Some(5));
        check("-5", Some(-5));
        check("+5", Some(5));
        check("9223372036854775807", Some(i64::MAX));
        check("9223372036854775808", None);
    }

    #[test]
    fn one_operator() {
        check("3 4 +", Some(7));
        check("3 4 -", Some(-1));
        check("3 4 *", Some(12));
        check("0 4 -", Some(-4));
    }

    #[test]
    fn several_operators() {
        check("1 2 - 3 -", Some(-4));
        check("1 2 3 - -", Some(2));
        check("2 3 + 4 5 - *", Some(-5));
        check("2 2 * 2 * 2 *", Some(16));
        check("-1 -9223372036854775808 -", Some(i64::MAX));
    }

    #[test]
    fn malformed() {
        for text in [
            "", "+", "-", "*", "1 -", "1 *", "1 2 + +", "1 2 3 +", "+ 1 2",
        ] {
            check(text, None);
        }
        for text in ["x", "1 x +", "6 3 /", "1.5", "1 2 ++", "--1"] {
            check(text, None);
        }
        assert_eq!(
            eval_postfix(&["1", ""]),
            None,
            "eval_postfix(&[\"1\", \"\"])"
        );
    }

    #[test]
    fn long_expression() {
        let mut tokens = vec!["0"];
        tokens.extend(["3", "+", "1", "-"].repeat(5_000));
        assert_eq!(
            eval_postfix(&tokens),
            Some(10_000),
            "0, then 5000 times 3 + 1 -"
        );
    }
}
