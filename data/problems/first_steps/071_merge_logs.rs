/// An entry of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub time: u32,
    pub message: String,
}

/// Merges two logs into one that is sorted by time. Both `a` and `b` are already sorted
/// by time. Of entries with the same time, those of `a` come before those of `b`, and
/// entries of the same log keep their order.
///
/// # Examples
///
/// ```
/// let entry = |time, message: &str| Entry { time, message: message.to_string() };
/// let a = [entry(1, "start"), entry(5, "stop")];
/// let b = [entry(1, "hello"), entry(3, "work")];
/// assert_eq!(
///     merge_logs(&a, &b),
///     vec![entry(1, "start"), entry(1, "hello"), entry(3, "work"), entry(5, "stop")]
/// );
/// assert_eq!(merge_logs(&[], &[]), vec![]);
/// ```
pub fn merge_logs(a: &[Entry], b: &[Entry]) -> Vec<Entry> {
    let mut merged = Vec::new();
    let mut left = a;
    let mut right = b;
    loop {
        match (left, right) {
            ([x, rest @ ..], [y, ..]) if x.time <= y.time => {
                merged.push(x.clone());
                left = rest;
            }
            (_, [y, rest @ ..]) => {
                merged.push(y.clone());
                right = rest;
            }
            (_, []) => {
                merged.extend_from_slice(left);
                return merged;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The entries with the given times; the messages are web0, web1, ... for log "web".
    fn entries(log: &str, times: &[u32]) -> Vec<Entry> {
        let numbered = times.iter().enumerate();
        numbered
            .map(|(i, &time)| Entry {
                time,
                message: format!("{log}{i}"),
            })
            .collect()
    }

    fn check(a: &[u32], b: &[u32], expected: &str) {
        let got = merge_logs(&entries("web", a), &entries("db", b));
        let messages: Vec<&str> = got.iter().map(|entry| entry.message.as_str()).collect();
        let call = format!("merge_logs of the times {a:?} and {b:?}");
        assert_eq!(messages.join(" "), expected, "messages of {call}");
        let mut times = [a, b].concat();
        times.sort();
        let got_times: Vec<u32> = got.iter().map(|entry| entry.time).collect();
        assert_eq!(got_times, times, "times of {call}");
    }

    #[test]
    fn examples() {
        check(&[1, 5], &[1, 3], "web0 db0 db1 web1");
        check(&[], &[], "");
    }

    #[test]
    fn one_log_is_empty() {
        check(&[2, 4], &[], "web0 web1");
        check(&[], &[2, 4], "db0 db1");
        check(&[0], &[], "web0");
    }

    #[test]
    fn one_after_the_other() {
        check(&[1, 2], &[3, 4], "web0 web1 db0 db1");
        check(&[3, 4], &[1, 2], "db0 db1 web0 web1");
        check(&[2], &[1, 3], "db0 web0 db1");
        check(&[1, 3], &[2], "web0 db0 web1");
    }

    #[test]
    fn equal_times() {
        check(&[7], &[7], "web0 db0");
        check(&[7, 7], &[7, 7], "web0 web1 db0 db1");
        check(&[1, 7, 9], &[7, 7, 8], "web0 web1 db0 db1 db2 web2");
    }

    #[test]
    fn long_logs() {
        let evens: Vec<u32> = (0..2_000).map(|n| 2 * n).collect();
        let odds: Vec<u32> = (0..2_000).map(|n| 2 * n + 1).collect();
        let got = merge_logs(&entries("web", &evens), &entries("db", &odds));
        let times: Vec<u32> = got.iter().map(|entry| entry.time).collect();
        assert!(
            times.into_iter().eq(0..4_000),
            "evens and odds: expected 0..4000"
        );
    }
}
