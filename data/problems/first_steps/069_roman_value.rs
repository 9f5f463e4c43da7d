/// Returns the value of a Roman numeral: I = 1, V = 5, X = 10, L = 50, C = 100, D = 500,
/// M = 1000. A letter directly before one of larger value is subtracted, all others
/// are added. Returns `None` if `numeral` contains any other character (lower case
/// included). The empty numeral is 0. Apart from other characters, the numeral is well
/// formed and at most 3999.
///
/// # Examples
///
/// ```
/// assert_eq!(roman_value("XVII"), Some(17));
/// assert_eq!(roman_value("MCMXCIV"), Some(1994));
/// assert_eq!(roman_value("xi"), None);
/// ```
pub fn roman_value(numeral: &str) -> Option<u32> {
    let mut total = 0;
    let mut previous = 0;
    for letter in numeral.chars() {
        let value = match letter {
            'I' => 1,
            'V' => 5,
            'X' => 10,
            'L' => 50,
            'C' => 100,
            'D' => 500,
            'M' => 1000,
            _ => return None,
        };
        total += value;
        if previous < value {
            total -= 2 * previous;
        }
        previous = value;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numeral: &str, expected: Option<u32>) {
        assert_eq!(roman_value(numeral), expected, "roman_value({numeral:?})");
    }

    #[test]
    fn examples() {
        check("XVII", Some(17));
        check("MCMXCIV", Some(1994));
        check("xi", None);
    }

    #[test]
    fn single_letters() {
        check("", Some(0));
        check("I", Some(1));
        check("V", Some(5));
        check("X", Some(10));
        check("L", Some(50));
        check("C", Some(100));
        check("D", Some(500));
        check("M", Some(1000));
    }

    #[test]
    fn other_characters() {
        for numeral in ["i", "IIV ", " X", "1", "XIIA", "MMZ", "É", "Ⅳ"] {
            check(numeral, None);
        }
    }

    #[test]
    fn all_numerals() {
        // The digits 0 to 9 written with the letters for 1, 5 and 10.
        let write = |digit: usize, [one, five, ten]: [&str; 3]| match digit {
            4 => [one, five].concat(),
            9 => [one, ten].concat(),
            _ if digit < 5 => one.repeat(digit),
            _ => five.to_string() + &one.repeat(digit - 5),
        };
        for n in 1..4_000 {
            let thousands = "M".repeat(n / 1_000);
            let hundreds = write(n / 100 % 10, ["C", "D", "M"]);
            let tens = write(n / 10 % 10, ["X", "L", "C"]);
            let ones = write(n % 10, ["I", "V", "X"]);
            check(&(thousands + &hundreds + &tens + &ones), Some(n as u32));
        }
    }
}
