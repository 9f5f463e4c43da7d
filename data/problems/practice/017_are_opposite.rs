/// A direction on a map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Direction {
    North,
    East,
    South,
    West,
}

/// Returns `true` if one of the directions is the opposite of the other: north and south,
/// or east and west, in either order.
///
/// # Examples
///
/// ```
/// assert_eq!(are_opposite(Direction::North, Direction::South), true);
/// assert_eq!(are_opposite(Direction::West, Direction::East), true);
/// assert_eq!(are_opposite(Direction::North, Direction::East), false);
/// assert_eq!(are_opposite(Direction::West, Direction::West), false);
/// ```
pub fn are_opposite(a: Direction, b: Direction) -> bool {
    match a {
        Direction::North => b == Direction::South,
        Direction::East => b == Direction::West,
        Direction::South => b == Direction::North,
        Direction::West => b == Direction::East,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Direction::{East, North, South, West};

    fn check(a: Direction, b: Direction, expected: bool) {
        assert_eq!(are_opposite(a, b), expected, "are_opposite({a:?}, {b:?})");
    }

    #[test]
    fn examples() {
        check(North, South, true);
        check(West, East, true);
        check(North, East, false);
        check(West, West, false);
    }

    #[test]
    fn in_either_order() {
        check(South, North, true);
        check(East, West, true);
    }

    #[test]
    fn equal_directions() {
        for direction in [North, East, South, West] {
            check(direction, direction, false);
        }
    }

    #[test]
    fn across() {
        for a in [North, South] {
            for b in [East, West] {
                check(a, b, false);
                check(b, a, false);
            }
        }
    }
}
