/// Tells how far off each guess was.
///
/// `scores` and `guesses` have the same length; `guesses[i]` is the guess for
/// `scores[i]`. The result has that length too, and its entry `i` is the
/// absolute difference of the score and the guess: 0 for a right guess, and
/// never negative. Two empty slices give an empty vector.
///
/// Scores and guesses may be any `i64`; the `u64` of the result has room for
/// every difference, even where the difference does not fit in an `i64`.
///
/// # Examples
///
/// ```
/// assert_eq!(compare(&[10, 4, 7], &[10, 6, -1]), [0, 2, 8]);
/// assert_eq!(compare(&[-5], &[3]), [8]);
/// assert_eq!(compare(&[], &[]), []);
/// ```
pub fn compare(scores: &[i64], guesses: &[i64]) -> Vec<u64> {
    scores
        .iter()
        .zip(guesses)
        .map(|(score, &guess)| score.abs_diff(guess))
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

    fn check(scores: &[i64], guesses: &[i64], expected: &[u64]) {
        let got = compare(scores, guesses);
        assert_eq!(got, expected, "compare({scores:?}, {guesses:?})");
        let got = compare(guesses, scores);
        assert_eq!(got, expected, "compare({guesses:?}, {scores:?})");
    }

    #[test]
    fn examples() {
        check(&[10, 4, 7], &[10, 6, -1], &[0, 2, 8]);
        check(&[-5], &[3], &[8]);
        check(&[], &[], &[]);
    }

    #[test]
    fn one_match() {
        check(&[0], &[0], &[0]);
        check(&[1], &[0], &[1]);
        check(&[-1], &[0], &[1]);
        check(&[1], &[-1], &[2]);
        check(&[-7], &[-7], &[0]);
        check(&[-7], &[-9], &[2]);
    }

    #[test]
    fn every_place_counts() {
        check(&[1, 2, 3, 4, 5], &[5, 4, 3, 2, 1], &[4, 2, 0, 2, 4]);
        check(&[0, 0, 0, 8], &[0, 0, 0, 0], &[0, 0, 0, 8]);
        check(&[8, 0, 0, 0], &[0, 0, 0, 0], &[8, 0, 0, 0]);
        check(&[3, 3], &[3, 3], &[0, 0]);
        check(&[1, 2, 3, 1], &[2, 3, 1, 1], &[1, 1, 2, 0]);
    }

    #[test]
    fn differences_beyond_the_range() {
        check(&[i64::MAX], &[i64::MIN], &[u64::MAX]);
        check(&[i64::MAX], &[-1], &[1 << 63]);
        check(&[0], &[i64::MIN], &[1 << 63]);
        check(&[i64::MIN, i64::MAX], &[i64::MIN, i64::MAX], &[0, 0]);
    }

    #[test]
    fn agrees_with_known_differences() {
        let mut rng = Lcg(152);
        for _ in 0..500 {
            let (mut scores, mut guesses, mut expected) = (Vec::new(), Vec::new(), Vec::new());
            for _ in 0..rng.below(8) {
                let score = rng.below(200) as i64 - 100;
                let off = rng.below(50);
                let sign = if rng.below(2) == 0 { 1 } else { -1 };
                scores.push(score);
                guesses.push(score + sign * off as i64);
                expected.push(off);
            }
            check(&scores, &guesses, &expected);
        }
    }

    #[test]
    fn long_slices() {
        let scores: Vec<i64> = (0..100_000).collect();
        let guesses: Vec<i64> = scores.iter().map(|n| 2 * n).collect();
        let got = compare(&scores, &guesses);
        assert!(
            got.into_iter().eq(0..100_000),
            "0, 1, 2, .. against 0, 2, 4, .."
        );
    }
}
