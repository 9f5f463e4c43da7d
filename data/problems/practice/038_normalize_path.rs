/// Simplifies a path whose parts are separated by `/`. Empty parts and the part `.` are
/// dropped. The part `..` is dropped together with the part that is left before it; if
/// none is left, only `..` is dropped. What remains is joined by single `/`, without one
/// at the start or at the end.
///
/// # Examples
///
/// ```
/// assert_eq!(normalize_path("a/./b/../c"), "a/c");
/// assert_eq!(normalize_path("/usr//bin/"), "usr/bin");
/// assert_eq!(normalize_path("../x"), "x");
/// ```
pub fn normalize_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: &str) {
        assert_eq!(normalize_path(path), expected, "normalize_path({path:?})");
    }

    #[test]
    fn examples() {
        check("a/./b/../c", "a/c");
        check("/usr//bin/", "usr/bin");
        check("../x", "x");
    }

    #[test]
    fn nothing_remains() {
        for path in [
            "",
            "/",
            ".",
            "..",
            "//",
            "./.",
            "../..",
            "a/..",
            "a/b/../..",
        ] {
            check(path, "");
        }
    }

    #[test]
    fn nothing_to_drop() {
        check("a", "a");
        check("a/b", "a/b");
        check("Docs/2024/plan é.txt", "Docs/2024/plan é.txt");
        check("...", "...");
        check(".hidden/..data/x.", ".hidden/..data/x.");
    }

    #[test]
    fn up_again() {
        check("a/b/c/../../d", "a/d");
        check("a/../../b", "b");
        check("a/../b/../c", "c");
        check("x/./../y", "y");
        check("x//../y", "y");
        check("a/b/..", "a");
    }

    #[test]
    fn spaces_are_parts() {
        check(" / ", " / ");
        check("a/ ../b", "a/ ../b");
    }
}
