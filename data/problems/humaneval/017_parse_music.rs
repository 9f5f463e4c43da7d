/// Reads the lengths of notes from a line of written music.
///
/// There are three notes:
///
/// * `o` is a whole note and lasts 4 beats,
/// * `o|` is a half note and lasts 2 beats,
/// * `.|` is a quarter note and lasts 1 beat.
///
/// The notes in `music_string` are separated by one or more ASCII spaces; there
/// may be spaces before the first and after the last note as well. The result
/// holds the beats of the notes in their order, and is `Some` of an empty vector
/// if there are no notes. If anything between the spaces is not exactly one of
/// the three notes (for example `|`, `oo` or `O`), the result is `None`.
///
/// # Examples
///
/// ```
/// assert_eq!(parse_music(".| o o| o|"), Some(vec![1, 4, 2, 2]));
/// assert_eq!(parse_music(""), Some(vec![]));
/// assert_eq!(parse_music("o .|. o"), None);
/// ```
pub fn parse_music(music_string: &str) -> Option<Vec<u32>> {
    music_string
        .split(' ')
        .filter(|note| !note.is_empty())
        .map(|note| match note {
            "o" => Some(4),
            "o|" => Some(2),
            ".|" => Some(1),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(music_string: &str, expected: Option<&[u32]>) {
        assert_eq!(
            parse_music(music_string).as_deref(),
            expected,
            "parse_music({music_string:?})"
        );
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check(".| o o| o|", Some(&[1, 4, 2, 2]));
        check("", Some(&[]));
        check("o .|. o", None);
    }

    #[test]
    fn single_notes() {
        check("o", Some(&[4]));
        check("o|", Some(&[2]));
        check(".|", Some(&[1]));
    }

    #[test]
    fn spaces() {
        check("   ", Some(&[]));
        check(" o", Some(&[4]));
        check("o| ", Some(&[2]));
        check("  .|   o| o  ", Some(&[1, 2, 4]));
    }

    #[test]
    fn not_notes() {
        for word in [
            "|", ".", "oo", "O", "o||", "|o", "|.", ".||", "..|", "o.|", "o|o", "4", "x", "o,",
            "0", "o\to", "ö", "♪",
        ] {
            check(word, None);
            check(&format!("o {word}"), None);
            check(&format!("{word} .|"), None);
        }
    }

    #[test]
    fn random_music() {
        let notes = [("o", 4), ("o|", 2), (".|", 1)];
        let mut state = 4;
        for _ in 0..200 {
            let mut text = String::new();
            let mut expected = vec![];
            for _ in 0..next(&mut state, 10) {
                let (note, beats) = notes[next(&mut state, 3) as usize];
                text += note;
                text += &" ".repeat(1 + next(&mut state, 2) as usize);
                expected.push(beats);
            }
            check(&text, Some(&expected));
        }
    }

    #[test]
    fn long_music() {
        let got = parse_music(&"o o| .| ".repeat(3000)).unwrap_or_default();
        assert!(
            got == [4, 2, 1].repeat(3000),
            "3000 times \"o o| .| \": expected 3000 times 4, 2, 1"
        );
    }
}
