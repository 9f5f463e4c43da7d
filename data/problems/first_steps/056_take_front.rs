/// Removes the first `count` tasks from `queue` and returns them; the order of both
/// parts is kept. If there are fewer than `count` tasks, all of them are taken.
///
/// # Examples
///
/// ```
/// let mut queue = vec!["wash".to_string(), "dry".to_string(), "iron".to_string()];
/// assert_eq!(take_front(&mut queue, 2), vec!["wash", "dry"]);
/// assert_eq!(queue, vec!["iron"]);
/// assert_eq!(take_front(&mut queue, 5), vec!["iron"]);
/// assert!(queue.is_empty());
/// ```
pub fn take_front(queue: &mut Vec<String>, count: usize) -> Vec<String> {
    let count = count.min(queue.len());
    queue.drain(..count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(queue: &[&str], count: usize, taken: &[&str], left: &[&str]) {
        let call = format!("take_front(&mut {queue:?}, {count})");
        let mut queue: Vec<String> = queue.iter().map(|task| task.to_string()).collect();
        assert_eq!(take_front(&mut queue, count), taken, "{call}");
        assert_eq!(queue, left, "queue after {call}");
    }

    #[test]
    fn examples() {
        check(&["wash", "dry", "iron"], 2, &["wash", "dry"], &["iron"]);
        check(&["iron"], 5, &["iron"], &[]);
    }

    #[test]
    fn around_the_length() {
        check(&["a", "b", "c"], 0, &[], &["a", "b", "c"]);
        check(&["a", "b", "c"], 1, &["a"], &["b", "c"]);
        check(&["a", "b", "c"], 3, &["a", "b", "c"], &[]);
        check(&["a", "b", "c"], 4, &["a", "b", "c"], &[]);
    }

    #[test]
    fn edges() {
        check(&[], 0, &[], &[]);
        check(&[], 1, &[], &[]);
        check(&["x"], usize::MAX, &["x"], &[]);
        check(&["", "b"], 1, &[""], &["b"]);
    }

    #[test]
    fn many_tasks() {
        let tasks = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
        check(&tasks, 11, &tasks[..11], &tasks[11..]);
    }

    #[test]
    fn order_and_repeats() {
        check(&["b", "a", "b", "a"], 2, &["b", "a"], &["b", "a"]);
        check(&["z", "z", "y", "x"], 3, &["z", "z", "y"], &["x"]);
    }
}
