/// Finds how deeply each word of parentheses is nested.
///
/// `paren_string` holds words separated by one or more ASCII spaces; there may
/// be spaces before the first and after the last word as well. Every word
/// consists of `(` and `)` only and is balanced on its own. The depth of a word
/// is the largest number of pairs that are open at the same time; pairs that
/// stand side by side do not add up, so `()()` has depth 1.
///
/// The depths are returned in the order of the words. A string without words
/// gives an empty vector.
///
/// # Examples
///
/// ```
/// assert_eq!(parse_nested_parens("(()) () ((())())"), [2, 1, 3]);
/// assert_eq!(parse_nested_parens("()()()"), [1]);
/// assert!(parse_nested_parens("").is_empty());
/// ```
pub fn parse_nested_parens(paren_string: &str) -> Vec<usize> {
    paren_string.split_whitespace().map(nesting_depth).collect()
}

fn nesting_depth(word: &str) -> usize {
    let mut depth = 0;
    let depths = word.chars().map(|c| {
        if c == '(' {
            depth += 1;
        } else {
            depth -= 1;
        }
        depth
    });
    depths.max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(paren_string: &str, expected: &[usize]) {
        assert_eq!(
            parse_nested_parens(paren_string),
            expected,
            "parse_nested_parens({paren_string:?})"
        );
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    /// A balanced word drawn as a walk over heights, and the greatest height.
    fn word(state: &mut u64, pairs: usize) -> (String, usize) {
        let mut text = String::new();
        let mut heights = vec![0];
        while text.len() < 2 * pairs {
            let height = heights[heights.len() - 1];
            let remaining = 2 * pairs - text.len();
            let up = height == 0 || (height < remaining && next(state, 2) == 0);
            text.push(if up { '(' } else { ')' });
            heights.push(if up { height + 1 } else { height - 1 });
        }
        (text, heights.into_iter().max().unwrap())
    }

    #[test]
    fn examples() {
        check("(()) () ((())())", &[2, 1, 3]);
        check("()()()", &[1]);
        check("", &[]);
    }

    #[test]
    fn spaces_around_words() {
        check(" ", &[]);
        check("     ", &[]);
        check("()", &[1]);
        check(" () ", &[1]);
        check("   (())   ()  ", &[2, 1]);
        check("() ()", &[1, 1]);
    }

    #[test]
    fn depth_is_not_a_count_of_pairs() {
        check("()(())()", &[2]);
        check("(()()()())", &[2]);
        check("((()))(())()", &[3]);
        check("()(())((()))", &[3]);
        check("(()(()(())))", &[4]);
        check("((())())(()) ()((())) (())()", &[3, 3, 2]);
        check("((((()))))", &[5]);
    }

    #[test]
    fn random_words() {
        let mut state = 5;
        for _ in 0..300 {
            let mut text = String::new();
            let mut expected = vec![];
            for _ in 0..next(&mut state, 5) {
                let pairs = 1 + next(&mut state, 9) as usize;
                let (word, depth) = word(&mut state, pairs);
                text += &word;
                text += &" ".repeat(1 + next(&mut state, 3) as usize);
                expected.push(depth);
            }
            check(&text, &expected);
        }
    }

    #[test]
    fn long_words() {
        let deep = "(".repeat(20_000) + &")".repeat(20_000);
        let flat = "()".repeat(20_000);
        assert_eq!(
            parse_nested_parens(&format!("{deep} {flat}")),
            [20_000, 1],
            "20000 levels, then 20000 pairs side by side"
        );
    }
}
