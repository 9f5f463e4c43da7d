/// Returns the perimeter of a rectangle: twice the sum of `width` and `height`.
/// The perimeter always fits in a `u32`.
///
/// # Examples
///
/// ```
/// assert_eq!(perimeter(3, 4), 14);
/// assert_eq!(perimeter(5, 0), 10);
/// ```
pub fn perimeter(width: u32, height: u32) -> u32 {
    2 * (width + height)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(width: u32, height: u32, expected: u32) {
        let got = perimeter(width, height);
        assert_eq!(got, expected, "perimeter({width}, {height})");
    }

    #[test]
    fn examples() {
        check(3, 4, 14);
        check(5, 0, 10);
    }

    #[test]
    fn small() {
        check(0, 0, 0);
        check(0, 7, 14);
        check(1, 1, 4);
        check(1, 6, 14);
        check(9, 1, 20);
    }

    #[test]
    fn large() {
        check(250, 120, 740);
        check(1_000_000_000, 1_000_000_000, 4_000_000_000);
        check(2_147_483_647, 0, 4_294_967_294);
    }
}
