/// A piece of an arithmetic expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    Number(u32),
    Plus,
    Minus,
    Star,
    Slash,
}

/// Splits an expression into tokens: the operators `+`, `-`, `*`, `/`, and numbers, which
/// are runs of the digits 0 to 9 as long as possible. Spaces separate tokens and are
/// otherwise ignored. The error is the first character that is none of these. Every
/// number fits in a `u32`.
///
/// # Examples
///
/// ```
/// use Token::{Minus, Number, Plus};
/// assert_eq!(tokenize("12 + 3"), Ok(vec![Number(12), Plus, Number(3)]));
/// assert_eq!(tokenize("-4 5"), Ok(vec![Minus, Number(4), Number(5)]));
/// assert_eq!(tokenize("2 ^ x"), Err('^'));
/// assert_eq!(tokenize(""), Ok(vec![]));
/// ```
pub fn tokenize(expression: &str) -> Result<Vec<Token>, char> {
    let mut tokens = Vec::new();
    let mut chars = expression.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ' ' => {}
            '+' => tokens.push(Token::Plus),
            '-' => tokens.push(Token::Minus),
            '*' => tokens.push(Token::Star),
            '/' => tokens.push(Token::Slash),
            _ => {
                let mut number = c.to_digit(10).ok_or(c)?;
                while let Some(digit) = chars.peek().and_then(|next| next.to_digit(10)) {
                    number = number * 10 + digit;
                    chars.next();
                }
                tokens.push(Token::Number(number));
            }
        }
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Token::{Minus, Number, Plus, Slash, Star};

    fn check(expression: &str, expected: Result<&[Token], char>) {
        let expected = expected.map(<[Token]>::to_vec);
        assert_eq!(tokenize(expression), expected, "tokenize({expression:?})");
    }

    #[test]
    fn examples() {
        check("12 + 3", Ok(&[Number(12), Plus, Number(3)]));
        check("-4 5", Ok(&[Minus, Number(4), Number(5)]));
        check("2 ^ x", Err('^'));
        check("", Ok(&[]));
    }

    #[test]
    fn single_tokens() {
        check("+", Ok(&[Plus]));
        check("-", Ok(&[Minus]));
        check("*", Ok(&[Star]));
        check("/", Ok(&[Slash]));
        check("   ", Ok(&[]));
        for digit in 0..=9 {
            check(&digit.to_string(), Ok(&[Number(digit)]));
        }
    }

    #[test]
    fn numbers() {
        check("1234567890", Ok(&[Number(1_234_567_890)]));
        check("4294967295", Ok(&[Number(u32::MAX)]));
        check("007 00", Ok(&[Number(7), Number(0)]));
        check("1 2", Ok(&[Number(1), Number(2)]));
    }

    #[test]
    fn without_spaces() {
        check(
            "1+20*3",
            Ok(&[Number(1), Plus, Number(20), Star, Number(3)]),
        );
        check("--5/", Ok(&[Minus, Minus, Number(5), Slash]));
        check("  8  ", Ok(&[Number(8)]));
    }

    #[test]
    fn errors() {
        check("x", Err('x'));
        check("1a", Err('a'));
        check("1E5", Err('E'));
        check("1 + (2", Err('('));
        check("?!", Err('?'));
        check("1\t2", Err('\t'));
        check("٣", Err('٣'));
    }

    #[test]
    fn long_expression() {
        let got = tokenize(&"12+".repeat(1_000));
        let expected = Ok([Number(12), Plus].repeat(1_000));
        assert!(
            got == expected,
            "1000 times \"12+\": expected 12 and + in turn"
        );
    }
}
