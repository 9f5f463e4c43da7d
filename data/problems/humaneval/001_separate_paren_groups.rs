/// Splits a string of parentheses into its outermost balanced groups.
///
/// `paren_string` consists of `(`, `)` and ASCII spaces only, and its
/// parentheses are balanced: every `(` is closed by a later `)` and no `)`
/// comes without its `(`. A group starts at a `(` that is not inside another
/// pair, and ends at the `)` that closes it.
///
/// The groups are returned in order of appearance, each with everything nested
/// in it and with all spaces removed. Spaces may stand anywhere, also inside a
/// group, and do not separate anything. Groups that touch each other are still
/// separate. A string without parentheses gives an empty vector.
///
/// # Examples
///
/// ```
/// assert_eq!(separate_paren_groups("(()) ()"), ["(())", "()"]);
/// assert_eq!(separate_paren_groups("( ( )( ) )(  )"), ["(()())", "()"]);
/// assert!(separate_paren_groups("  ").is_empty());
/// ```
pub fn separate_paren_groups(paren_string: &str) -> Vec<String> {
    let mut groups = Vec::new();
    let mut current = String::new();
    let mut depth: usize = 0;
    for c in paren_string.chars().filter(|&c| c != ' ') {
        current.push(c);
        if c == '(' {
            depth += 1;
        } else {
            depth -= 1;
        }
        if depth == 0 {
            groups.push(std::mem::take(&mut current));
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(paren_string: &str, expected: &[&str]) {
        assert_eq!(
            separate_paren_groups(paren_string),
            expected,
            "separate_paren_groups({paren_string:?})"
        );
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    /// One outermost group with `pairs` pairs inside it.
    fn group(state: &mut u64, pairs: u64) -> String {
        let mut inside = String::new();
        let mut left = pairs;
        while left > 0 {
            let taken = 1 + next(state, left);
            inside += &group(state, taken - 1);
            left -= taken;
        }
        format!("({inside})")
    }

    #[test]
    fn examples() {
        check("(()) ()", &["(())", "()"]);
        check("( ( )( ) )(  )", &["(()())", "()"]);
        check("  ", &[]);
    }

    #[test]
    fn nothing_to_split() {
        check("", &[]);
        check(" ", &[]);
        check("()", &["()"]);
        check(" ()", &["()"]);
        check("() ", &["()"]);
        check("((((()))))", &["((((()))))"]);
    }

    #[test]
    fn touching_groups() {
        check("()()", &["()", "()"]);
        check("()()()", &["()", "()", "()"]);
        check("(())()((()))", &["(())", "()", "((()))"]);
        check("(()())(()(()))", &["(()())", "(()(()))"]);
    }

    #[test]
    fn spaces_inside_groups() {
        check("(   )", &["()"]);
        check("(  ( )  ( ( ) ) )  ( ) ", &["(()(()))", "()"]);
        check("( )", &["()"]);
    }

    #[test]
    fn random_groups_come_back() {
        let mut state = 7;
        for _ in 0..300 {
            let expected: Vec<String> = (0..next(&mut state, 5))
                .map(|_| {
                    let pairs = next(&mut state, 7);
                    group(&mut state, pairs)
                })
                .collect();
            let mut input = String::new();
            for c in expected.concat().chars() {
                for _ in 0..next(&mut state, 3) {
                    input.push(' ');
                }
                input.push(c);
            }
            let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
            check(&input, &expected);
        }
    }

    #[test]
    fn long_input() {
        let deep = "(".repeat(5000) + &")".repeat(5000);
        let got = separate_paren_groups(&format!("{deep} {}", "() ".repeat(5000)));
        assert_eq!(got.len(), 5001, "5000 levels, then 5000 pairs: groups");
        assert!(got[0] == deep, "the first group is the 5000 levels");
        assert!(
            got[1..].iter().all(|group| group == "()"),
            "all further groups are \"()\""
        );
    }
}
