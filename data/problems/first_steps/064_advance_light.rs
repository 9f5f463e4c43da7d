/// The colour of a traffic light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    Red,
    Green,
    Yellow,
}

/// Returns the colour after `changes` changes, starting with `light`. Red changes to
/// green, green to yellow, and yellow to red. `changes` is at most 1000.
///
/// # Examples
///
/// ```
/// assert_eq!(advance_light(Light::Red, 1), Light::Green);
/// assert_eq!(advance_light(Light::Green, 2), Light::Red);
/// assert_eq!(advance_light(Light::Yellow, 0), Light::Yellow);
/// ```
pub fn advance_light(light: Light, changes: u32) -> Light {
    let mut current = light;
    for _ in 0..changes {
        current = match current {
            Light::Red => Light::Green,
            Light::Green => Light::Yellow,
            Light::Yellow => Light::Red,
        };
    }
    current
}

#[cfg(test)]
mod tests {
    use super::*;
    use Light::{Green, Red, Yellow};

    fn check(light: Light, changes: u32, expected: Light) {
        let got = advance_light(light, changes);
        assert_eq!(got, expected, "advance_light({light:?}, {changes})");
    }

    #[test]
    fn examples() {
        check(Red, 1, Green);
        check(Green, 2, Red);
        check(Yellow, 0, Yellow);
    }

    #[test]
    fn few_changes() {
        check(Red, 0, Red);
        check(Green, 0, Green);
        check(Green, 1, Yellow);
        check(Yellow, 1, Red);
        check(Red, 2, Yellow);
        check(Yellow, 2, Green);
    }

    #[test]
    fn the_cycle_repeats() {
        for light in [Red, Green, Yellow] {
            check(light, 3, light);
            check(light, 999, light);
        }
        check(Red, 1_000, Green);
        check(Green, 1_000, Yellow);
        check(Yellow, 1_000, Red);
    }
}
