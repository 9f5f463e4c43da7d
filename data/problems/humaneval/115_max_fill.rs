/// Counts how often a bucket must be let down to empty all wells.
///
/// Every row of `grid` is one well and every element of a row one cell of it:
/// `1` is a unit of water, `0` is none (other values do not occur). The bucket
/// takes up to `capacity` units at a time, always out of a single well; water
/// of different wells is never mixed in one trip. Each well is emptied with as
/// few trips as possible, so that only its last trip may be less than full.
///
/// Returns the number of trips for all wells together.
///
/// - A well without water needs no trip. There may be no rows, rows may be
///   empty, and rows may differ in length.
/// - `capacity` is at least 1; it may be larger than every well.
///
/// # Examples
///
/// ```
/// assert_eq!(max_fill(&[vec![1, 1, 1], vec![0, 1, 0]], 2), 3);
/// assert_eq!(max_fill(&[vec![1, 0, 1, 1, 1]], 4), 1);
/// assert_eq!(max_fill(&[vec![0, 0], vec![]], 5), 0);
/// ```
pub fn max_fill(grid: &[Vec<u8>], capacity: usize) -> usize {
    let mut trips = 0;
    for well in grid {
        let water = well.iter().filter(|&&unit| unit == 1).count();
        trips += water.div_ceil(capacity);
    }
    trips
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small linear congruential generator, so that every run sees the same inputs.
    struct Lcg(u64);

    impl Lcg {
        fn below(&mut self, bound: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % bound
        }
    }

    fn check(grid: &[Vec<u8>], capacity: usize, expected: usize) {
        let got = max_fill(grid, capacity);
        assert_eq!(got, expected, "max_fill({grid:?}, {capacity})");
    }

    /// Lets the bucket down again and again, unit by unit.
    fn by_hand(grid: &[Vec<u8>], capacity: usize) -> usize {
        let mut trips = 0;
        for well in grid {
            let mut room = 0;
            for _ in well.iter().filter(|&&unit| unit == 1) {
                if room == 0 {
                    trips += 1;
                    room = capacity;
                }
                room -= 1;
            }
        }
        trips
    }

    #[test]
    fn examples() {
        check(&[vec![1, 1, 1], vec![0, 1, 0]], 2, 3);
        check(&[vec![1, 0, 1, 1, 1]], 4, 1);
        check(&[vec![0, 0], vec![]], 5, 0);
    }

    #[test]
    fn no_water() {
        check(&[], 1, 0);
        check(&[vec![]], 1, 0);
        check(&[vec![0, 0, 0], vec![0, 0, 0]], 1, 0);
    }

    #[test]
    fn full_and_part_filled_trips() {
        let well = vec![1, 1, 0, 1, 1, 0, 1, 1];
        let expected = [6, 3, 2, 2, 2, 1, 1];
        for (capacity, trips) in (1..).zip(expected) {
            check(std::slice::from_ref(&well), capacity, trips);
        }
        check(&[well], 1_000_000, 1);
    }

    #[test]
    fn wells_are_never_mixed() {
        check(&[vec![1], vec![1], vec![1]], 3, 3);
        check(&[vec![1, 1, 1], vec![1, 1, 1]], 2, 4);
        check(&[vec![1, 1, 1, 1], vec![0], vec![1], vec![]], 4, 2);
        check(&[vec![1, 0], vec![0, 1], vec![0, 0]], 1, 2);
    }

    #[test]
    fn more_water_than_a_byte_can_count() {
        check(&[vec![1; 255], vec![1; 256], vec![1; 300]], 1, 811);
        check(&[vec![1; 300]], 150, 2);
        check(&[vec![1; 300]], 149, 3);
    }

    #[test]
    fn agrees_with_emptying_by_hand() {
        let mut rng = Lcg(115);
        for _ in 0..600 {
            let grid: Vec<Vec<u8>> = (0..rng.below(5))
                .map(|_| (0..rng.below(9)).map(|_| rng.below(2) as u8).collect())
                .collect();
            let capacity = 1 + rng.below(9) as usize;
            check(&grid, capacity, by_hand(&grid, capacity));
        }
    }

    #[test]
    fn large_grid() {
        let grid = vec![vec![1; 401]; 500];
        let got = max_fill(&grid, 100);
        assert_eq!(got, 2_500, "500 wells of 401 units, capacity 100");
    }
}
