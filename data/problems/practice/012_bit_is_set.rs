/// Returns `true` if bit number `bit` of `value` is 1. Bit 0 is the least significant
/// one. `bit` is at most 31.
///
/// # Examples
///
/// ```
/// assert_eq!(bit_is_set(0b0101, 0), true);
/// assert_eq!(bit_is_set(0b0101, 1), false);
/// assert_eq!(bit_is_set(0b0101, 2), true);
/// ```
pub fn bit_is_set(value: u32, bit: u32) -> bool {
    (value >> bit) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: u32, bit: u32, expected: bool) {
        let got = bit_is_set(value, bit);
        assert_eq!(got, expected, "bit_is_set({value:#b}, {bit})");
    }

    #[test]
    fn examples() {
        check(0b0101, 0, true);
        check(0b0101, 1, false);
        check(0b0101, 2, true);
    }

    #[test]
    fn single_bits() {
        for bit in 0..32 {
            for other in 0..32 {
                check(1 << bit, other, other == bit);
                check(!(1 << bit), other, other != bit);
            }
        }
    }

    #[test]
    fn no_bit_and_every_bit() {
        for bit in 0..32 {
            check(0, bit, false);
            check(u32::MAX, bit, true);
        }
    }

    #[test]
    fn several_bits() {
        check(0b1100_1000, 3, true);
        check(0b1100_1000, 5, false);
        check(0b1100_1000, 6, true);
        check(0b1100_1000, 7, true);
        check(0b1100_1000, 8, false);
    }
}
