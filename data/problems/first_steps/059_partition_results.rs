/// Takes ownership of `results` and separates them: first the values of all `Ok`s,
/// then the messages of all `Err`s, each in the original order.
///
/// # Examples
///
/// ```
/// let results = vec![Ok(1), Err("bad".to_string()), Ok(2)];
/// assert_eq!(partition_results(results), (vec![1, 2], vec!["bad".to_string()]));
/// assert_eq!(partition_results(vec![]), (vec![], vec![]));
/// ```
pub fn partition_results(results: Vec<Result<i32, String>>) -> (Vec<i32>, Vec<String>) {
    let mut values = Vec::new();
    let mut messages = Vec::new();
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(message) => messages.push(message),
        }
    }
    (values, messages)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(results: &[Result<i32, &str>], values: &[i32], messages: &[&str]) {
        let call = format!("partition_results(vec!{results:?})");
        let own = |result: &Result<i32, &str>| result.map_err(str::to_string);
        let (got_values, got_messages) = partition_results(results.iter().map(own).collect());
        assert_eq!(got_values, values, "values of {call}");
        assert_eq!(got_messages, messages, "messages of {call}");
    }

    #[test]
    fn examples() {
        check(&[Ok(1), Err("bad"), Ok(2)], &[1, 2], &["bad"]);
        check(&[], &[], &[]);
    }

    #[test]
    fn one_kind_only() {
        check(&[Ok(0)], &[0], &[]);
        check(&[Err("")], &[], &[""]);
        check(&[Ok(3), Ok(1), Ok(3)], &[3, 1, 3], &[]);
        check(&[Err("y"), Err("x"), Err("y")], &[], &["y", "x", "y"]);
    }

    #[test]
    fn mixed() {
        check(&[Err("a"), Ok(9), Err("b")], &[9], &["a", "b"]);
        check(
            &[Ok(5), Ok(-5), Err("z"), Ok(0), Err("a")],
            &[5, -5, 0],
            &["z", "a"],
        );
    }
}
