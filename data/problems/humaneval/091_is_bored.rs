/// Counts the sentences whose first word is `I`.
///
/// Sentences are separated by the characters `.`, `?` and `!`, one or several of them. The words
/// of a sentence are separated by white space, and white space before the first word is of no
/// importance. The first word must be exactly the capital letter `I`: `I'm`, `I,`, `It` and `i`
/// are other words. The last sentence need not end with one of the three characters, and sentences
/// without words do not count.
///
/// # Examples
///
/// ```
/// assert_eq!(is_bored("I like tea. Do I like milk? I do!"), 2);
/// assert_eq!(is_bored("It rains. I'm wet. i sneeze"), 0);
/// assert_eq!(is_bored("I"), 1);
/// ```
pub fn is_bored(text: &str) -> usize {
    let mut count = 0;
    for sentence in text.split(['.', '?', '!']) {
        if sentence.split_whitespace().next() == Some("I") {
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Lcg(u64);

    impl Lcg {
        fn below(&mut self, bound: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % bound
        }
    }

    fn check(text: &str, expected: usize) {
        assert_eq!(is_bored(text), expected, "is_bored({text:?})");
    }

    #[test]
    fn examples() {
        check("I like tea. Do I like milk? I do!", 2);
        check("It rains. I'm wet. i sneeze", 0);
        check("I", 1);
    }

    #[test]
    fn no_sentences() {
        check("", 0);
        check("   ", 0);
        check("...", 0);
        check(". ? !", 0);
        check("\n\t", 0);
    }

    #[test]
    fn each_separator() {
        check("Yes.I am", 1);
        check("Yes?I am", 1);
        check("Yes!I am", 1);
        check("Yes,I am", 0);
        check("Yes;I am", 0);
        check("Yes:I am", 0);
        check("Yes\nI am", 0);
        check("I am.", 1);
        check("I am?", 1);
        check("I am!", 1);
        check("I.I?I!I", 4);
        check("Really?!... I see", 1);
    }

    #[test]
    fn white_space() {
        check("   I see", 1);
        check("No.    I see", 1);
        check("No.\n\tI see", 1);
        check("I\tsee", 1);
        check("I\nsee", 1);
        check(" I ", 1);
    }

    #[test]
    fn other_first_words() {
        check("If so. In fact. II. I2 ... I- am", 0);
        check("I, for one. I'd say. \"I do\"", 0);
        check("i am. AI is. It is I", 0);
        check("You and I. So do I", 0);
        check("Í am", 0);
    }

    #[test]
    fn sentences_put_together() {
        let bored = ["I", "I see", " I I I", "\tI know it"];
        let others = ["", " ", "It is", "So I see", "I've seen", "i see", "see I"];
        let ends = [".", "?", "!", "?!", "..."];
        let mut lcg = Lcg(91);
        for _ in 0..300 {
            let mut text = String::new();
            let mut expected = 0;
            for _ in 0..lcg.below(8) {
                if lcg.below(2) == 1 {
                    text += bored[lcg.below(4) as usize];
                    expected += 1;
                } else {
                    text += others[lcg.below(7) as usize];
                }
                text += ends[lcg.below(5) as usize];
            }
            check(&text, expected);
        }
    }

    #[test]
    fn long_text() {
        let text = "I yawn. You yawn! ".repeat(2_000);
        assert_eq!(is_bored(&text), 2_000, "\"I yawn. You yawn! \" 2,000 times");
    }
}
