/// One step of a walk on a grid, with the number of fields to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    Up(i32),
    Down(i32),
    Left(i32),
    Right(i32),
}

/// Follows the moves from `(0, 0)` and returns the final position as `(x, y)`.
/// `Right` increases x, `Left` decreases it; `Up` increases y, `Down` decreases it.
/// A negative number of fields goes the opposite way. Every position fits in `i32`s.
///
/// # Examples
///
/// ```
/// assert_eq!(final_position(&[Move::Right(3), Move::Up(2), Move::Left(1)]), (2, 2));
/// assert_eq!(final_position(&[Move::Down(4)]), (0, -4));
/// assert_eq!(final_position(&[]), (0, 0));
/// ```
pub fn final_position(moves: &[Move]) -> (i32, i32) {
    let mut x = 0;
    let mut y = 0;
    for step in moves {
        match step {
            Move::Up(n) => y += n,
            Move::Down(n) => y -= n,
            Move::Left(n) => x -= n,
            Move::Right(n) => x += n,
        }
    }
    (x, y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Move::{Down, Left, Right, Up};

    fn check(moves: &[Move], expected: (i32, i32)) {
        let got = final_position(moves);
        assert_eq!(got, expected, "final_position(&{moves:?})");
    }

    #[test]
    fn examples() {
        check(&[Right(3), Up(2), Left(1)], (2, 2));
        check(&[Down(4)], (0, -4));
        check(&[], (0, 0));
    }

    #[test]
    fn single_moves() {
        check(&[Up(5)], (0, 5));
        check(&[Left(6)], (-6, 0));
        check(&[Right(7)], (7, 0));
        check(&[Down(0)], (0, 0));
        check(&[Up(-8)], (0, -8));
    }

    #[test]
    fn moves_add_up() {
        check(&[Up(2), Up(3)], (0, 5));
        check(&[Down(2), Down(3)], (0, -5));
        check(&[Left(2), Left(3)], (-5, 0));
        check(&[Right(2), Right(3)], (5, 0));
        check(&[Left(3), Left(3), Up(2), Up(2)], (-6, 4));
        check(&[Left(9), Down(1), Right(4), Up(6)], (-5, 5));
    }

    #[test]
    fn long_walk() {
        let moves = [Right(2), Up(1), Left(1), Down(3)].repeat(2_500);
        let got = final_position(&moves);
        assert_eq!(
            got,
            (2_500, -5_000),
            "2500 times right 2, up 1, left 1, down 3"
        );
    }
}
