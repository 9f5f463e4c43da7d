/// Returns the positions of all bits of `value` that are 1, in increasing order. The
/// least significant bit has position 0, the most significant one position 7.
///
/// # Examples
///
/// ```
/// assert_eq!(set_bits(0b0000_1101), vec![0, 2, 3]);
/// assert_eq!(set_bits(128), vec![7]);
/// assert!(set_bits(0).is_empty());
/// ```
pub fn set_bits(value: u8) -> Vec<u32> {
    let mut positions = Vec::new();
    for position in 0..8 {
        if value & (1 << position) != 0 {
            positions.push(position);
        }
    }
    positions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: u8, expected: &[u32]) {
        assert_eq!(set_bits(value), expected, "set_bits({value:#010b})");
    }

    #[test]
    fn examples() {
        check(0b0000_1101, &[0, 2, 3]);
        check(128, &[7]);
        check(0, &[]);
    }

    #[test]
    fn single_bits() {
        check(1, &[0]);
        check(2, &[1]);
        check(4, &[2]);
        check(8, &[3]);
        check(16, &[4]);
        check(32, &[5]);
        check(64, &[6]);
    }

    #[test]
    fn several_bits() {
        check(3, &[0, 1]);
        check(0b1010_1010, &[1, 3, 5, 7]);
        check(0b1000_0001, &[0, 7]);
        check(u8::MAX, &[0, 1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn the_powers_add_up() {
        for value in 0..=u8::MAX {
            let positions = set_bits(value);
            let sum: u32 = positions.iter().map(|&position| 1 << position).sum();
            assert_eq!(sum, u32::from(value), "bits {positions:?} of {value}");
        }
    }
}
