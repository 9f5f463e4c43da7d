/// Returns the greeting `Hello, NAME!`, where `NAME` is `name` unchanged.
///
/// # Examples
///
/// ```
/// assert_eq!(greet("Ada"), "Hello, Ada!");
/// assert_eq!(greet(""), "Hello, !");
/// ```
pub fn greet(name: &str) -> String {
    format!("Hello, {name}!")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: &str) {
        assert_eq!(greet(name), expected, "greet({name:?})");
    }

    #[test]
    fn examples() {
        check("Ada", "Hello, Ada!");
        check("", "Hello, !");
    }

    #[test]
    fn name_is_unchanged() {
        check("bob", "Hello, bob!");
        check("R2-D2", "Hello, R2-D2!");
        check(" Zoë  B. ", "Hello,  Zoë  B. !");
        check("{name}", "Hello, {name}!");
        check("!", "Hello, !!");
    }
}
