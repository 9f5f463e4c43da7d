/// Counts the collisions on a straight and endlessly long road.
///
/// `n` cars drive from left to right and `n` cars from right to left, all at the
/// same speed. At the start all cars of the first kind are to the left of all
/// cars of the second kind. When two cars meet they collide, but they are so
/// sturdy that both drive on as if nothing had happened, in their direction and
/// at their speed. Returned is the number of collisions between two cars that
/// ever happen, where a car may collide any number of times. Cars that drive in
/// the same direction never meet.
///
/// `n` is at most 4_000_000_000, so the result fits in a `u64`.
///
/// # Examples
///
/// ```
/// assert_eq!(car_race_collision(1), 1);
/// assert_eq!(car_race_collision(4), 16);
/// ```
pub fn car_race_collision(n: u64) -> u64 {
    n * n
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u64, expected: u64) {
        assert_eq!(car_race_collision(n), expected, "car_race_collision({n})");
    }

    #[test]
    fn examples() {
        check(1, 1);
        check(4, 16);
    }

    #[test]
    fn few_cars() {
        check(0, 0);
        check(2, 4);
        check(3, 9);
        check(10, 100);
    }

    #[test]
    fn agrees_with_a_simulation() {
        for n in 0..12usize {
            // Cells of a road; in every step each car moves by one cell.
            let mut right: Vec<usize> = (0..n).map(|i| 2 * i).collect();
            let mut left: Vec<usize> = (0..n).map(|i| 100 + 2 * i).collect();
            let mut collisions = 0;
            for _ in 0..75 {
                right.iter_mut().for_each(|cell| *cell += 1);
                left.iter_mut().for_each(|cell| *cell -= 1);
                collisions += right.iter().filter(|cell| left.contains(cell)).count();
            }
            check(n as u64, collisions as u64);
        }
    }

    #[test]
    fn many_cars() {
        check(12_345, 152_399_025);
        check(65_536, 4_294_967_296);
        check(3_000_000_001, 9_000_000_006_000_000_001);
        check(4_000_000_000, 16_000_000_000_000_000_000);
    }
}
