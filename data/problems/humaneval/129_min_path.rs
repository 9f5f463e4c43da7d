/// Finds the walk of `k` cells through `grid` whose list of values is the
/// smallest.
///
/// `grid` is a square of `n` rows with `n` values each, `n` at least 2. It
/// holds each of the numbers `1` to `n * n` exactly once. A walk may start at
/// any cell and goes on, step by step, to a cell next to the present one in
/// the same row or column (never diagonally, never across the border). Cells
/// may be visited again. The list of a walk holds the values of the cells in
/// the order of the visits, so that it has `k` entries; the start is the first.
///
/// Of two lists of the same length the smaller is the one with the smaller
/// value at the first place where they differ. Return the smallest list of all
/// walks of `k` cells. It is the same for every smallest walk. For `k` of 0 it
/// is empty. `k` may be far larger than the number of cells.
///
/// # Examples
///
/// ```
/// let grid = [vec![7, 4, 9], vec![1, 6, 3], vec![5, 8, 2]];
/// assert_eq!(min_path(&grid, 4), [1, 5, 1, 5]); // the neighbours of 1: 7, 6, 5
/// assert_eq!(min_path(&[vec![4, 1], vec![2, 3]], 3), [1, 3, 1]);
/// assert_eq!(min_path(&grid, 1), [1]);
/// ```
pub fn min_path(grid: &[Vec<usize>], k: usize) -> Vec<usize> {
    let mut smallest_neighbour = usize::MAX;
    for (row, cells) in grid.iter().enumerate() {
        for (col, &value) in cells.iter().enumerate() {
            let next_to_one = (row > 0 && grid[row - 1][col] == 1)
                || (row + 1 < grid.len() && grid[row + 1][col] == 1)
                || (col > 0 && cells[col - 1] == 1)
                || (col + 1 < cells.len() && cells[col + 1] == 1);
            if next_to_one {
                smallest_neighbour = smallest_neighbour.min(value);
            }
        }
    }
    (0..k)
        .map(|i| if i % 2 == 0 { 1 } else { smallest_neighbour })
        .collect()
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

    fn check(grid: &[Vec<usize>], k: usize, expected: &[usize]) {
        let got = min_path(grid, k);
        assert_eq!(got, expected, "min_path({grid:?}, {k})");
    }

    /// Tries every walk of `k` cells that goes on from `at`.
    fn walk(grid: &[Vec<usize>], at: (usize, usize), k: usize) -> Vec<usize> {
        if k == 0 {
            return Vec::new();
        }
        let mut best: Option<Vec<usize>> = None;
        for row in 0..grid.len() {
            for col in 0..grid.len() {
                if row.abs_diff(at.0) + col.abs_diff(at.1) == 1 {
                    let rest = walk(grid, (row, col), k - 1);
                    best = Some(match best {
                        Some(old) if old <= rest => old,
                        _ => rest,
                    });
                }
            }
        }
        let mut list = vec![grid[at.0][at.1]];
        list.extend(best.unwrap());
        list
    }

    fn brute(grid: &[Vec<usize>], k: usize) -> Vec<usize> {
        let size = grid.len();
        (0..size * size)
            .map(|i| walk(grid, (i / size, i % size), k))
            .min()
            .unwrap()
    }

    /// A square with the numbers from 1 on in an order drawn from `rng`.
    fn shuffled(rng: &mut Lcg, size: usize) -> Vec<Vec<usize>> {
        let mut values: Vec<usize> = (1..=size * size).collect();
        for i in (1..values.len()).rev() {
            values.swap(i, rng.below(i as u64 + 1) as usize);
        }
        values.chunks(size).map(<[usize]>::to_vec).collect()
    }

    #[test]
    fn examples() {
        let grid = [vec![7, 4, 9], vec![1, 6, 3], vec![5, 8, 2]];
        check(&grid, 4, &[1, 5, 1, 5]);
        check(&[vec![4, 1], vec![2, 3]], 3, &[1, 3, 1]);
        check(&grid, 1, &[1]);
    }

    #[test]
    fn every_small_length() {
        let grid = [vec![3, 2], vec![4, 1]];
        check(&grid, 0, &[]);
        check(&grid, 1, &[1]);
        check(&grid, 2, &[1, 2]);
        check(&grid, 3, &[1, 2, 1]);
        check(&grid, 4, &[1, 2, 1, 2]);
        check(&grid, 5, &[1, 2, 1, 2, 1]);
    }

    #[test]
    fn the_one_in_every_place() {
        // Each time the neighbours of 1 are known: the smallest is in the row
        // above, in the row below, to the left, or to the right.
        for size in 2..=4usize {
            for at in 0..size * size {
                let (row, col) = (at / size, at % size);
                for target in 0..size * size {
                    let (r, c) = (target / size, target % size);
                    if row.abs_diff(r) + col.abs_diff(c) != 1 {
                        continue;
                    }
                    // All other neighbours of 1 get larger values than the target.
                    let mut grid = vec![vec![0; size]; size];
                    let mut near = size * size;
                    let mut far = 2;
                    for i in 0..size * size {
                        let distance = row.abs_diff(i / size) + col.abs_diff(i % size);
                        if distance == 1 && i != target {
                            grid[i / size][i % size] = near;
                            near -= 1;
                        } else if distance > 1 {
                            grid[i / size][i % size] = far;
                            far += 1;
                        }
                    }
                    grid[row][col] = 1;
                    grid[r][c] = far;
                    check(&grid, 3, &[1, far, 1]);
                }
            }
        }
    }

    #[test]
    fn two_is_out_of_reach() {
        check(&[vec![1, 3], vec![4, 2]], 4, &[1, 3, 1, 3]);
        check(&[vec![1, 4], vec![3, 2]], 4, &[1, 3, 1, 3]);
        check(&[vec![2, 9, 3], vec![8, 1, 7], vec![4, 6, 5]], 2, &[1, 6]);
        // Neither across the border nor around a corner.
        check(&[vec![1, 8, 2], vec![9, 3, 4], vec![5, 6, 7]], 2, &[1, 8]);
        check(&[vec![2, 8, 9], vec![3, 4, 1], vec![5, 6, 7]], 2, &[1, 4]);
        check(&[vec![5, 6, 1], vec![2, 4, 9], vec![3, 7, 8]], 2, &[1, 6]);
    }

    #[test]
    fn agrees_with_trying_every_walk() {
        let mut rng = Lcg(129);
        for round in 0..150 {
            let grid = shuffled(&mut rng, 2 + round % 2);
            let k = 1 + rng.below(5) as usize;
            check(&grid, k, &brute(&grid, k));
        }
    }

    #[test]
    fn large_grid_and_long_walk() {
        let grid: Vec<Vec<usize>> = (0..100)
            .map(|row| (0..100).map(|col| 10_000 - (row * 100 + col)).collect())
            .collect();
        let got = min_path(&grid, 60_001);
        assert_eq!(got.len(), 60_001, "rows of 10000, 9999, .. 1, k = 60001");
        let odd_one = (0..got.len()).find(|&i| got[i] != [1, 2][i % 2]);
        assert_eq!(
            odd_one, None,
            "place of a wrong value: 1, 2, 1, 2, .. 1 is right"
        );
    }
}
