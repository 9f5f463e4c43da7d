/// Returns the smallest sum that a non-empty run of neighbouring elements of
/// `nums` has, or `None` when `nums` is empty.
///
/// A run is `nums[i..j]` for some `i < j`: one element alone counts, and so
/// does the whole slice. With positive numbers only, the answer is therefore
/// the smallest element, never 0.
///
/// The sum of every run fits in an `i64`, so that no overflow needs handling
/// as long as only sums of runs are formed. `nums` may be long (150,000
/// elements), so that trying every run is too slow.
///
/// # Examples
///
/// ```
/// assert_eq!(min_sub_array_sum(&[4, -1, -2, 3, -5, 2]), Some(-5));
/// assert_eq!(min_sub_array_sum(&[3, -4, 2, -3, 9]), Some(-5));
/// assert_eq!(min_sub_array_sum(&[7, 5, 6]), Some(5));
/// assert_eq!(min_sub_array_sum(&[]), None);
/// ```
pub fn min_sub_array_sum(nums: &[i64]) -> Option<i64> {
    let (&first, rest) = nums.split_first()?;
    let mut smallest = first;
    let mut ending_here = first;
    for &n in rest {
        ending_here = n + ending_here.min(0);
        smallest = smallest.min(ending_here);
    }
    Some(smallest)
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

    fn check(nums: &[i64], expected: Option<i64>) {
        let got = min_sub_array_sum(nums);
        assert_eq!(got, expected, "min_sub_array_sum({nums:?})");
    }

    /// Tries every run.
    fn brute(nums: &[i64]) -> Option<i64> {
        (1..=nums.len())
            .flat_map(|len| nums.windows(len))
            .map(|run| run.iter().sum())
            .min()
    }

    #[test]
    fn examples() {
        check(&[4, -1, -2, 3, -5, 2], Some(-5));
        check(&[3, -4, 2, -3, 9], Some(-5));
        check(&[7, 5, 6], Some(5));
        check(&[], None);
    }

    #[test]
    fn one_element() {
        check(&[9], Some(9));
        check(&[0], Some(0));
        check(&[-9], Some(-9));
        check(&[i64::MIN], Some(i64::MIN));
        check(&[i64::MAX], Some(i64::MAX));
    }

    #[test]
    fn one_sign_only() {
        check(&[1, 2, 3], Some(1));
        check(&[3, 2, 1], Some(1));
        check(&[-1, -2, -3], Some(-6));
        check(&[0, 0, 0], Some(0));
        check(&[0, 5], Some(0));
        check(&[5, 5], Some(5));
    }

    #[test]
    fn the_run_may_touch_either_end() {
        check(&[-3, -4, 8], Some(-7));
        check(&[8, -3, -4], Some(-7));
        check(&[8, -3, 1, -4, 8], Some(-6));
        check(&[-3, 3, -3], Some(-3));
        check(&[-3, 2, -3], Some(-4));
        check(&[-3, 4, -2], Some(-3));
    }

    #[test]
    fn large_values() {
        check(&[i64::MAX, i64::MIN], Some(i64::MIN));
        check(&[i64::MIN + 1, -1], Some(i64::MIN));
        check(&[i64::MIN, i64::MAX], Some(i64::MIN));
    }

    #[test]
    fn agrees_with_trying_every_run() {
        let mut rng = Lcg(114);
        for round in 0..1200 {
            let spread = 2 + round % 20;
            let nums: Vec<i64> = (0..rng.below(10))
                .map(|_| rng.below(2 * spread) as i64 - spread as i64)
                .collect();
            check(&nums, brute(&nums));
        }
    }

    #[test]
    fn long_slice() {
        // Each block sums to -1, and the run that starts 1 later saves its 3.
        let nums: Vec<i64> = [3, -5, 1].iter().copied().cycle().take(150_000).collect();
        let got = min_sub_array_sum(&nums);
        assert_eq!(got, Some(-50_004), "[3, -5, 1] repeated 50000 times");
    }
}
