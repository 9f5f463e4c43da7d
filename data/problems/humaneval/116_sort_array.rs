/// Returns the numbers of `numbers` ordered by how many ones their binary
/// notation has, fewest first.
///
/// Numbers with equally many ones are ordered by their value, smallest first.
/// Every number occurs in the result as often as in the input. Zero has no
/// ones, and thus comes before all other numbers. An empty slice gives an
/// empty vector.
///
/// # Examples
///
/// ```
/// assert_eq!(sort_array(&[7, 8, 3, 2]), [2, 8, 3, 7]);
/// assert_eq!(sort_array(&[6, 0, 5, 6]), [0, 5, 6, 6]);
/// assert_eq!(sort_array(&[]), []);
/// ```
pub fn sort_array(numbers: &[u64]) -> Vec<u64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable_by(|a, b| {
        let by_ones = a.count_ones().cmp(&b.count_ones());
        by_ones.then(a.cmp(b))
    });
    sorted
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

    fn check(numbers: &[u64], expected: &[u64]) {
        let got = sort_array(numbers);
        assert_eq!(got, expected, "sort_array({numbers:?})");
    }

    /// The number of ones, read off the binary notation.
    fn ones(n: u64) -> usize {
        format!("{n:b}").matches('1').count()
    }

    /// Picks the number that comes first out of what is left, again and again.
    fn by_selection(numbers: &[u64]) -> Vec<u64> {
        let mut left = numbers.to_vec();
        let mut sorted = Vec::new();
        while !left.is_empty() {
            let mut at = 0;
            for i in 1..left.len() {
                let (new, old) = (left[i], left[at]);
                if ones(new) < ones(old) || (ones(new) == ones(old) && new < old) {
                    at = i;
                }
            }
            sorted.push(left.remove(at));
        }
        sorted
    }

    #[test]
    fn examples() {
        check(&[7, 8, 3, 2], &[2, 8, 3, 7]);
        check(&[6, 0, 5, 6], &[0, 5, 6, 6]);
        check(&[], &[]);
    }

    #[test]
    fn small_slices() {
        check(&[0], &[0]);
        check(&[42], &[42]);
        check(&[1, 0], &[0, 1]);
        check(&[4, 3], &[4, 3]);
        check(&[3, 4], &[4, 3]);
    }

    #[test]
    fn ties_go_by_value() {
        check(&[64, 1, 16, 4], &[1, 4, 16, 64]);
        check(&[12, 10, 9, 6, 5, 3], &[3, 5, 6, 9, 10, 12]);
        check(&[16, 15, 16, 15], &[16, 16, 15, 15]);
    }

    #[test]
    fn wide_numbers() {
        let top = 1 << 63;
        check(
            &[u64::MAX, u64::MAX - 1, top, 3],
            &[top, 3, u64::MAX - 1, u64::MAX],
        );
        check(&[1 << 40, 1 << 33, 7], &[1 << 33, 1 << 40, 7]);
        check(&[255, 256, 511, 512], &[256, 512, 255, 511]);
    }

    #[test]
    fn agrees_with_selection() {
        let mut rng = Lcg(116);
        for round in 0..300 {
            let bound = 4 << (round % 10);
            let numbers: Vec<u64> = (0..rng.below(12)).map(|_| rng.below(bound)).collect();
            check(&numbers, &by_selection(&numbers));
        }
    }

    #[test]
    fn long_slice() {
        let numbers: Vec<u64> = (0..4_096).rev().collect();
        let got = sort_array(&numbers);
        assert_eq!(got.len(), numbers.len(), "length for 4095, 4094, .. 0");
        let faulty = got
            .windows(2)
            .find(|pair| (ones(pair[0]), pair[0]) >= (ones(pair[1]), pair[1]));
        assert_eq!(faulty, None, "neighbours out of order for 4095, 4094, .. 0");
    }
}
