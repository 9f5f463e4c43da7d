/// Writes `num` as a roman numeral in lower case.
///
/// The symbols are `i` = 1, `v` = 5, `x` = 10, `l` = 50, `c` = 100, `d` = 500
/// and `m` = 1000. The numeral is the usual one: from the thousands down to
/// the units, every decimal place is written by itself and a zero is left out;
/// 4 and 9 are subtractive (`iv`, `ix`, `xl`, `xc`, `cd`, `cm`), all other
/// digits are additive (`viii`, `lx`, `ccc`).
///
/// Returns `None` when `num` is not between 1 and 1000, both included.
///
/// # Examples
///
/// ```
/// assert_eq!(int_to_mini_roman(44).as_deref(), Some("xliv"));
/// assert_eq!(int_to_mini_roman(808).as_deref(), Some("dcccviii"));
/// assert_eq!(int_to_mini_roman(1000).as_deref(), Some("m"));
/// assert_eq!(int_to_mini_roman(0), None);
/// ```
pub fn int_to_mini_roman(num: u32) -> Option<String> {
    const SYMBOLS: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if !(1..=1000).contains(&num) {
        return None;
    }
    let mut rest = num;
    let mut roman = String::new();
    for (value, symbol) in SYMBOLS {
        while rest >= value {
            rest -= value;
            roman.push_str(symbol);
        }
    }
    Some(roman)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn check(num: u32, expected: Option<&str>) {
        let got = int_to_mini_roman(num);
        assert_eq!(got.as_deref(), expected, "int_to_mini_roman({num})");
    }

    /// Reads a numeral: a symbol before a greater one is subtracted.
    fn read(roman: &str) -> i64 {
        let value = |symbol: char| match symbol {
            'i' => 1,
            'v' => 5,
            'x' => 10,
            'l' => 50,
            'c' => 100,
            'd' => 500,
            'm' => 1000,
            _ => panic!("{symbol:?} in {roman:?} is no symbol"),
        };
        let values: Vec<i64> = roman.chars().map(value).collect();
        let mut sum = 0;
        for (i, &this) in values.iter().enumerate() {
            let next = values.get(i + 1).copied().unwrap_or(0);
            sum += if this < next { -this } else { this };
        }
        sum
    }

    #[test]
    fn examples() {
        check(44, Some("xliv"));
        check(808, Some("dcccviii"));
        check(1000, Some("m"));
        check(0, None);
    }

    #[test]
    fn units_tens_and_hundreds() {
        let units = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
        let tens = ["x", "xx", "xxx", "xl", "l", "lx", "lxx", "lxxx", "xc"];
        let hundreds = ["c", "cc", "ccc", "cd", "d", "dc", "dcc", "dccc", "cm"];
        for (digit, i) in (1..).zip(0..9) {
            check(digit, Some(units[i]));
            check(10 * digit, Some(tens[i]));
            check(100 * digit, Some(hundreds[i]));
            check(
                111 * digit,
                Some(&[hundreds[i], tens[i], units[i]].concat()),
            );
        }
    }

    #[test]
    fn borders_of_the_range() {
        check(1, Some("i"));
        check(2, Some("ii"));
        check(999, Some("cmxcix"));
        for num in [1001, 1002, 1004, 1999, 4000, u32::MAX] {
            check(num, None);
        }
    }

    #[test]
    fn mixed_numbers() {
        check(14, Some("xiv"));
        check(19, Some("xix"));
        check(88, Some("lxxxviii"));
        check(99, Some("xcix"));
        check(104, Some("civ"));
        check(349, Some("cccxlix"));
        check(490, Some("cdxc"));
        check(505, Some("dv"));
        check(909, Some("cmix"));
        check(944, Some("cmxliv"));
    }

    #[test]
    fn every_numeral_reads_as_its_number() {
        let mut seen = BTreeSet::new();
        for num in 1..=1000 {
            let roman = int_to_mini_roman(num).unwrap_or_default();
            assert_eq!(read(&roman), i64::from(num), "{roman:?} for {num}");
            for wrong in [
                "iiii", "xxxx", "cccc", "vv", "ll", "dd", "vx", "ic", "iix", "lc",
            ] {
                assert!(!roman.contains(wrong), "{wrong:?} in {roman:?} for {num}");
            }
            seen.insert(roman);
        }
        assert_eq!(seen.len(), 1000, "different numerals for 1 to 1000");
    }
}
