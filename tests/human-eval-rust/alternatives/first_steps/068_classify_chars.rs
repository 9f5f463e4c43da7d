    let count = |kind: fn(char) -> bool| text.chars().filter(|&c| kind(c)).count();
    let letters = count(char::is_alphabetic);
    let digits = count(|c| c.is_ascii_digit());
    let spaces = count(char::is_whitespace);
    CharCounts {
        letters,
        digits,
        spaces,
        others: text.chars().count() - letters - digits - spaces,
    }
}
