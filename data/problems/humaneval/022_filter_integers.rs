/// A value of a dynamically typed language.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Value>),
}

/// Returns the integers among `values`.
///
/// Only elements of `values` that are themselves a `Value::Integer` count; they
/// are returned in their order, with duplicates. Everything else is left out,
/// also what could be converted: floats without a fractional part, texts of
/// digits, booleans, and the integers inside a list. If there is no integer the
/// result is empty.
///
/// # Examples
///
/// ```
/// let values = [Value::Integer(4), Value::Float(2.0), Value::Integer(-1)];
/// assert_eq!(filter_integers(&values), [4, -1]);
/// let nested = Value::List(vec![Value::Integer(3)]);
/// let values = [nested, Value::Text("5".to_string()), Value::Integer(8)];
/// assert_eq!(filter_integers(&values), [8]);
/// ```
pub fn filter_integers(values: &[Value]) -> Vec<i64> {
    values
        .iter()
        .filter_map(|value| match value {
            Value::Integer(integer) => Some(*integer),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Value::{Boolean, Float, Integer, List, Null};

    fn text(content: &str) -> Value {
        Value::Text(content.to_string())
    }

    fn check(values: &[Value], expected: &[i64]) {
        assert_eq!(
            filter_integers(values),
            expected,
            "filter_integers({values:?})"
        );
    }

    #[test]
    fn examples() {
        check(&[Integer(4), Float(2.0), Integer(-1)], &[4, -1]);
        check(&[List(vec![Integer(3)]), text("5"), Integer(8)], &[8]);
    }

    #[test]
    fn every_kind_alone() {
        check(&[], &[]);
        check(&[Null], &[]);
        check(&[Boolean(true)], &[]);
        check(&[Boolean(false)], &[]);
        check(&[Integer(0)], &[0]);
        check(&[Integer(i64::MIN)], &[i64::MIN]);
        check(&[Float(1.0)], &[]);
        check(&[Float(0.5)], &[]);
        check(&[text("")], &[]);
        check(&[text("12")], &[]);
        check(&[List(vec![])], &[]);
        check(&[List(vec![Integer(1), Integer(2)])], &[]);
        check(&[List(vec![List(vec![Integer(1)])])], &[]);
    }

    #[test]
    fn order_and_duplicates() {
        check(&[Integer(3), Integer(1), Integer(2)], &[3, 1, 2]);
        check(&[Integer(7), Integer(7), Null, Integer(7)], &[7, 7, 7]);
        check(
            &[
                Integer(-5),
                text("x"),
                Integer(0),
                Boolean(true),
                Integer(i64::MAX),
            ],
            &[-5, 0, i64::MAX],
        );
    }

    #[test]
    fn integer_at_each_place() {
        for len in 1..8 {
            for place in 0..len {
                let mut values = vec![Float(9.0); len];
                values[place] = Integer(place as i64 + 1);
                check(&values, &[place as i64 + 1]);
            }
        }
    }

    #[test]
    fn long_input() {
        let kinds = [
            Integer(1),
            Null,
            Integer(-2),
            text("3"),
            List(vec![Integer(4)]),
        ];
        let values: Vec<Value> = kinds.iter().cycle().take(10_000).cloned().collect();
        let got = filter_integers(&values);
        assert!(
            got == [1, -2].repeat(2000),
            "2000 times 1, null, -2, \"3\", [4]: expected 2000 times 1, -2"
        );
    }
}
