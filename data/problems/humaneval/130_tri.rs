/// Returns the first `n + 1` terms, `t(0)` to `t(n)`, of this sequence:
///
/// - `t(0) = 1` and `t(1) = 3`,
/// - `t(i) = 1 + i / 2` for every even `i`,
/// - `t(i) = t(i - 1) + t(i - 2) + t(i + 1)` for every odd `i` from 3 on.
///
/// Note that a term with an odd `i` needs the term after it. The result always
/// has `n + 1` entries, one for `n` of 0; `n` stays below one million, so that
/// all terms fit in a `u64`.
///
/// # Examples
///
/// ```
/// assert_eq!(tri(0), [1]);
/// assert_eq!(tri(2), [1, 3, 2]);
/// assert_eq!(tri(5), [1, 3, 2, 8, 3, 15]); // 8 = 2 + 3 + 3
/// ```
pub fn tri(n: usize) -> Vec<u64> {
    let mut terms = vec![1];
    let mut last_odd = 0;
    for i in 1..=n as u64 {
        if i % 2 == 1 {
            let even_before = 1 + i / 2;
            let even_after = even_before + 1;
            last_odd += even_before + even_after;
            terms.push(last_odd);
        } else {
            terms.push(1 + i / 2);
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: usize, expected: &[u64]) {
        let got = tri(n);
        assert_eq!(got, expected, "tri({n})");
    }

    /// One term, by the three rules as they stand.
    fn term(i: u64) -> u64 {
        match i {
            0 => 1,
            1 => 3,
            i if i % 2 == 0 => 1 + i / 2,
            i => term(i - 1) + term(i - 2) + term(i + 1),
        }
    }

    #[test]
    fn examples() {
        check(0, &[1]);
        check(2, &[1, 3, 2]);
        check(5, &[1, 3, 2, 8, 3, 15]);
    }

    #[test]
    fn short_prefixes() {
        check(1, &[1, 3]);
        check(3, &[1, 3, 2, 8]);
        check(4, &[1, 3, 2, 8, 3]);
        check(6, &[1, 3, 2, 8, 3, 15, 4]);
        check(9, &[1, 3, 2, 8, 3, 15, 4, 24, 5, 35]);
    }

    #[test]
    fn every_length_is_right() {
        for n in 0..300 {
            assert_eq!(tri(n).len(), n + 1, "length of tri({n})");
        }
    }

    #[test]
    fn agrees_with_the_rules() {
        for n in 0..120 {
            let expected: Vec<u64> = (0..=n).map(term).collect();
            check(n as usize, &expected);
        }
    }

    #[test]
    fn many_terms() {
        let got = tri(100_001);
        assert_eq!(got.len(), 100_002, "length of tri(100001)");
        assert_eq!(got[100_000], 50_001, "t(100000) in tri(100001)");
        assert_eq!(got[100_001], 2_500_200_003, "t(100001) in tri(100001)");
        let bad = (3..100_001)
            .step_by(2)
            .find(|&i| i < 100_000 && got[i] != got[i - 1] + got[i - 2] + got[i + 1]);
        assert_eq!(bad, None, "odd place in tri(100001) that breaks the rule");
    }
}
