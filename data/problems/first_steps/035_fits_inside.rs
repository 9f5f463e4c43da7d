/// A rectangle with sides along the axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rectangle {
    pub width: u32,
    pub height: u32,
}

/// Returns `true` if `inner` is at most as wide and at most as high as `outer`.
/// Rectangles are not turned.
///
/// # Examples
///
/// ```
/// let small = Rectangle { width: 2, height: 3 };
/// let large = Rectangle { width: 5, height: 3 };
/// assert_eq!(fits_inside(&small, &large), true);
/// assert_eq!(fits_inside(&large, &small), false);
/// ```
pub fn fits_inside(inner: &Rectangle, outer: &Rectangle) -> bool {
    inner.width <= outer.width && inner.height <= outer.height
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(inner: (u32, u32), outer: (u32, u32), expected: bool) {
        let [inner, outer] = [inner, outer].map(|(width, height)| Rectangle { width, height });
        let got = fits_inside(&inner, &outer);
        assert_eq!(got, expected, "fits_inside(&{inner:?}, &{outer:?})");
    }

    #[test]
    fn examples() {
        check((2, 3), (5, 3), true);
        check((5, 3), (2, 3), false);
    }

    #[test]
    fn equal_sides_fit() {
        check((4, 4), (4, 4), true);
        check((0, 0), (0, 0), true);
        check((4, 5), (4, 6), true);
        check((4, 5), (5, 5), true);
    }

    #[test]
    fn one_side_too_long() {
        check((5, 4), (4, 4), false);
        check((4, 5), (4, 4), false);
        check((1, 9), (5, 5), false);
        check((9, 1), (5, 5), false);
        check((3, 2), (2, 3), false);
    }

    #[test]
    fn both_sides() {
        check((1, 1), (2, 2), true);
        check((2, 2), (1, 1), false);
        check((0, u32::MAX), (0, u32::MAX), true);
    }
}
