/// A point of a plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub x: i32,
    pub y: i32,
}

/// Moves `point` in place: adds `dx` to its `x` and `dy` to its `y`.
/// Both sums fit in an `i32`.
///
/// # Examples
///
/// ```
/// let mut point = Point { x: 1, y: 2 };
/// move_point(&mut point, 3, -5);
/// assert_eq!(point, Point { x: 4, y: -3 });
/// ```
pub fn move_point(point: &mut Point, dx: i32, dy: i32) {
    point.x += dx;
    point.y += dy;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: (i32, i32), dx: i32, dy: i32, to: (i32, i32)) {
        let mut point = Point {
            x: from.0,
            y: from.1,
        };
        move_point(&mut point, dx, dy);
        let got = (point.x, point.y);
        assert_eq!(got, to, "point {from:?} after a move by {dx}, {dy}");
    }

    #[test]
    fn examples() {
        check((1, 2), 3, -5, (4, -3));
    }

    #[test]
    fn one_axis() {
        check((0, 0), 0, 0, (0, 0));
        check((5, 6), 2, 0, (7, 6));
        check((5, 6), 0, 2, (5, 8));
        check((5, 6), -7, 0, (-2, 6));
        check((5, 6), 0, -7, (5, -1));
    }

    #[test]
    fn limits() {
        check((i32::MAX, i32::MIN), -1, 1, (i32::MAX - 1, i32::MIN + 1));
        check((0, 0), i32::MIN, i32::MAX, (i32::MIN, i32::MAX));
    }

    #[test]
    fn moves_add_up() {
        let mut point = Point { x: -3, y: 10 };
        for _ in 0..100 {
            move_point(&mut point, 2, -1);
        }
        assert_eq!(
            (point.x, point.y),
            (197, -90),
            "(-3, 10) after 100 moves by 2, -1"
        );
    }
}
