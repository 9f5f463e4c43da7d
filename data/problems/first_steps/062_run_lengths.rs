/// Splits `text` into runs of equal neighbouring characters and returns each run as
/// its character and its length in characters. Upper and lower case differ.
///
/// # Examples
///
/// ```
/// assert_eq!(run_lengths("aaab"), vec![('a', 3), ('b', 1)]);
/// assert_eq!(run_lengths("aba"), vec![('a', 1), ('b', 1), ('a', 1)]);
/// assert_eq!(run_lengths(""), vec![]);
/// ```
pub fn run_lengths(text: &str) -> Vec<(char, usize)> {
    let mut runs: Vec<(char, usize)> = Vec::new();
    for c in text.chars() {
        match runs.last_mut() {
            Some((previous, length)) if *previous == c => *length += 1,
            _ => runs.push((c, 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(char, usize)]) {
        assert_eq!(run_lengths(text), expected, "run_lengths({text:?})");
    }

    #[test]
    fn examples() {
        check("aaab", &[('a', 3), ('b', 1)]);
        check("aba", &[('a', 1), ('b', 1), ('a', 1)]);
        check("", &[]);
    }

    #[test]
    fn one_run() {
        check("x", &[('x', 1)]);
        check("xx", &[('x', 2)]);
        check("    ", &[(' ', 4)]);
    }

    #[test]
    fn several_runs() {
        check("abb", &[('a', 1), ('b', 2)]);
        check("bbaabb", &[('b', 2), ('a', 2), ('b', 2)]);
        check("aAAa", &[('a', 1), ('A', 2), ('a', 1)]);
        check("1\n\n2", &[('1', 1), ('\n', 2), ('2', 1)]);
    }

    #[test]
    fn characters_not_bytes() {
        check("ééé", &[('é', 3)]);
        check("🦀🦀é", &[('🦀', 2), ('é', 1)]);
    }

    #[test]
    fn long_text() {
        let text = "z".repeat(2_000) + &"y".repeat(1_000);
        let got = run_lengths(&text);
        assert_eq!(got, [('z', 2_000), ('y', 1_000)], "2000 z, then 1000 y");
    }
}
