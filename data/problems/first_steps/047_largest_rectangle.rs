/// A rectangle with whole-numbered sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rectangle {
    pub width: u32,
    pub height: u32,
}

/// Returns a reference to the rectangle with the largest area, the first one if
/// several have it, or `None` if there are no rectangles. The sides can be as large
/// as `u32::MAX`, so the area may not fit in a `u32`.
///
/// # Examples
///
/// ```
/// let thin = Rectangle { width: 1, height: 9 };
/// let low = Rectangle { width: 6, height: 2 };
/// let square = Rectangle { width: 3, height: 4 };
/// assert_eq!(largest_rectangle(&[thin, low, square]), Some(&low));
/// assert_eq!(largest_rectangle(&[]), None);
/// ```
pub fn largest_rectangle(rectangles: &[Rectangle]) -> Option<&Rectangle> {
    // `max_by_key` returns the last of several maxima, hence `rev`.
    rectangles
        .iter()
        .rev()
        .max_by_key(|r| u64::from(r.width) * u64::from(r.height))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sides: &[(u32, u32)], expected: Option<(u32, u32)>) {
        let new = |(width, height)| Rectangle { width, height };
        let rectangles: Vec<Rectangle> = sides.iter().copied().map(new).collect();
        let got = largest_rectangle(&rectangles);
        let expected = expected.map(new);
        assert_eq!(got, expected.as_ref(), "largest_rectangle(&{rectangles:?})");
    }

    #[test]
    fn examples() {
        check(&[(1, 9), (6, 2), (3, 4)], Some((6, 2)));
        check(&[], None);
    }

    #[test]
    fn every_position() {
        check(&[(5, 5), (2, 3), (4, 4)], Some((5, 5)));
        check(&[(2, 3), (5, 5), (4, 4)], Some((5, 5)));
        check(&[(4, 4), (2, 3), (5, 5)], Some((5, 5)));
        check(&[(2, 7)], Some((2, 7)));
    }

    #[test]
    fn area_not_side_or_sum() {
        check(&[(9, 1), (1, 9), (3, 4)], Some((3, 4)));
        check(&[(0, 100), (1, 1)], Some((1, 1)));
        check(&[(12, 2), (5, 5)], Some((5, 5)));
        check(&[(6, 6), (12, 2)], Some((6, 6)));
    }

    #[test]
    fn first_of_several() {
        check(&[(4, 3), (6, 2), (2, 6)], Some((4, 3)));
        check(&[(1, 1), (2, 6), (3, 4)], Some((2, 6)));
        check(&[(0, 5), (7, 0)], Some((0, 5)));
    }

    #[test]
    fn huge_areas() {
        let max = u32::MAX;
        check(&[(1 << 16, 1 << 16), (2, 2)], Some((1 << 16, 1 << 16)));
        check(
            &[(max, max - 1), (max, max), (max - 1, max)],
            Some((max, max)),
        );
    }
}
