/// What happens at a turnstile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event {
    /// Somebody pays.
    Coin,
    /// Somebody pushes the arm.
    Push,
}

/// Counts how many people pass a turnstile. It is locked at first. A coin unlocks it; a
/// coin has no effect while it is unlocked. A push while it is unlocked lets one person
/// pass and locks it again; a push has no effect while it is locked.
///
/// # Examples
///
/// ```
/// use Event::{Coin, Push};
/// assert_eq!(count_passages(&[Coin, Push, Push]), 1);
/// assert_eq!(count_passages(&[Coin, Coin, Push, Push]), 1);
/// assert_eq!(count_passages(&[Push, Coin]), 0);
/// ```
pub fn count_passages(events: &[Event]) -> usize {
    let mut passages = 0;
    let mut unlocked = false;
    for event in events {
        match event {
            Event::Coin => unlocked = true,
            Event::Push if unlocked => {
                passages += 1;
                unlocked = false;
            }
            Event::Push => {}
        }
    }
    passages
}

#[cfg(test)]
mod tests {
    use super::*;
    use Event::{Coin, Push};

    fn check(events: &[Event], expected: usize) {
        assert_eq!(
            count_passages(events),
            expected,
            "count_passages(&{events:?})"
        );
    }

    #[test]
    fn examples() {
        check(&[Coin, Push, Push], 1);
        check(&[Coin, Coin, Push, Push], 1);
        check(&[Push, Coin], 0);
    }

    #[test]
    fn few_events() {
        check(&[], 0);
        check(&[Coin], 0);
        check(&[Push], 0);
        check(&[Push, Push], 0);
        check(&[Coin, Push], 1);
    }

    #[test]
    fn several_people() {
        check(&[Coin, Push, Coin, Push], 2);
        check(&[Push, Coin, Push, Push, Coin, Coin, Push], 2);
        check(&[Coin, Coin, Coin, Push, Push, Coin, Push, Coin], 2);
    }

    #[test]
    fn many_events() {
        check(&[Coin, Push].repeat(30), 30);
        check(&[Push, Coin, Coin].repeat(20), 19);
    }
}
