/// Sorts digits that are written as English words.
///
/// `numbers` consists of the words `zero`, `one`, `two`, `three`, `four`,
/// `five`, `six`, `seven`, `eight` and `nine`, all in lower case and separated
/// by one or more ASCII spaces; there may be spaces before the first and after
/// the last word as well. The result holds the same words ordered from the
/// smallest digit to the largest, with exactly one space between neighbours and
/// none at the start or the end. A word that occurs several times occurs as
/// often in the result. Without words the result is the empty string.
///
/// # Examples
///
/// ```
/// assert_eq!(sort_numbers("six two nine"), "two six nine");
/// assert_eq!(sort_numbers("one  zero one "), "zero one one");
/// assert_eq!(sort_numbers(""), "");
/// ```
pub fn sort_numbers(numbers: &str) -> String {
    const DIGITS: [&str; 10] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ];
    let mut sorted = Vec::new();
    for digit in DIGITS {
        let equal = numbers.split_whitespace().filter(|word| *word == digit);
        sorted.extend(equal);
    }
    sorted.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [&str; 10] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ];

    fn check(numbers: &str, expected: &str) {
        assert_eq!(sort_numbers(numbers), expected, "sort_numbers({numbers:?})");
    }

    fn next(state: &mut u64, bound: u64) -> u64 {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (*state >> 33) % bound
    }

    #[test]
    fn examples() {
        check("six two nine", "two six nine");
        check("one  zero one ", "zero one one");
        check("", "");
    }

    #[test]
    fn every_pair() {
        for (small, low) in WORDS.iter().enumerate() {
            for high in &WORDS[small..] {
                check(&format!("{high} {low}"), &format!("{low} {high}"));
                check(&format!("{low} {high}"), &format!("{low} {high}"));
            }
        }
    }

    #[test]
    fn spaces() {
        check("   ", "");
        check(" ", "");
        check("five", "five");
        check("  five ", "five");
        check(" four    three  ", "three four");
    }

    #[test]
    fn all_digits() {
        let sorted = "zero one two three four five six seven eight nine";
        check(sorted, sorted);
        check("nine eight seven six five four three two one zero", sorted);
        check("eight five four nine one seven six three two zero", sorted);
    }

    #[test]
    fn duplicates_are_kept() {
        check("two two", "two two");
        check("nine zero nine zero nine", "zero zero nine nine nine");
        check("seven seven six seven", "six seven seven seven");
    }

    #[test]
    fn agrees_with_sorted_digits() {
        let mut state = 29;
        for len in 0..200 {
            let mut digits: Vec<usize> = (0..len % 15)
                .map(|_| next(&mut state, 10) as usize)
                .collect();
            let text = |digits: &[usize]| {
                let words: Vec<&str> = digits.iter().map(|&digit| WORDS[digit]).collect();
                words.join(" ")
            };
            let input = text(&digits);
            digits.sort();
            check(&input, &text(&digits));
        }
    }

    #[test]
    fn long_input() {
        let got = sort_numbers(&"nine one ".repeat(500));
        let expected = "one ".repeat(500) + &"nine ".repeat(500);
        assert!(
            got == expected.trim_end(),
            "500 times \"nine one \": expected 500 times \"one\", then 500 times \"nine\""
        );
    }
}
