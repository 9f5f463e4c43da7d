/// Returns the coefficients of the derivative of a polynomial.
///
/// `coefficients[i]` belongs to the `i`-th power of x, so `[5, 2, 3]` stands for
/// `5 + 2x + 3x^2`, whose derivative `2 + 6x` is returned as `[2, 6]`. The result has exactly
/// one coefficient fewer than the input, zeros at its end included; it is empty for a constant
/// (one coefficient) and for an empty input. Every coefficient of the result fits in an `i64`.
///
/// # Examples
///
/// ```
/// assert_eq!(derivative(&[5, 2, 3]), [2, 6]);
/// assert_eq!(derivative(&[0, -1, 0, 4, 0]), [-1, 0, 12, 0]);
/// assert_eq!(derivative(&[8]), []);
/// ```
pub fn derivative(coefficients: &[i64]) -> Vec<i64> {
    coefficients
        .iter()
        .enumerate()
        .skip(1)
        .map(|(power, coefficient)| coefficient * power as i64)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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

    fn check(coefficients: &[i64], expected: &[i64]) {
        assert_eq!(
            derivative(coefficients),
            expected,
            "derivative({coefficients:?})"
        );
    }

    #[test]
    fn examples() {
        check(&[5, 2, 3], &[2, 6]);
        check(&[0, -1, 0, 4, 0], &[-1, 0, 12, 0]);
        check(&[8], &[]);
    }

    #[test]
    fn short_polynomials() {
        check(&[], &[]);
        check(&[0], &[]);
        check(&[3, 9], &[9]);
        check(&[0, 0], &[0]);
        check(&[7, 0, 0], &[0, 0]);
        check(&[-4, 6, -3], &[6, -6]);
    }

    #[test]
    fn powers_become_factors() {
        check(&[1; 8], &[1, 2, 3, 4, 5, 6, 7]);
        check(&[-2; 5], &[-2, -4, -6, -8]);
    }

    #[test]
    fn large_coefficients() {
        check(&[i64::MIN, i64::MAX], &[i64::MAX]);
        check(
            &[i64::MAX, i64::MIN, i64::MAX / 2],
            &[i64::MIN, i64::MAX - 1],
        );
    }

    #[test]
    fn obeys_the_product_rule() {
        // Multiply by (x - r): the derivative of (x - r) * p is p + (x - r) * p'.
        fn times_linear(p: &[i64], r: i64) -> Vec<i64> {
            let mut product = vec![0; p.len() + 1];
            for (i, c) in p.iter().enumerate() {
                product[i + 1] += c;
                product[i] -= r * c;
            }
            product
        }
        let mut lcg = Lcg(62);
        for _ in 0..200 {
            let length = 1 + lcg.below(9);
            let p: Vec<i64> = (0..length).map(|_| lcg.below(41) as i64 - 20).collect();
            let r = lcg.below(21) as i64 - 10;
            let mut expected = p.clone();
            for (i, c) in times_linear(&derivative(&p), r).into_iter().enumerate() {
                if i < expected.len() {
                    expected[i] += c;
                } else {
                    assert_eq!(c, 0, "derivative({p:?}) is too long");
                }
            }
            check(&times_linear(&p, r), &expected);
        }
    }

    #[test]
    fn many_coefficients() {
        let expected: Vec<i64> = (1..100_000).map(|i| 3 * i).collect();
        assert!(
            derivative(&[3; 100_000]) == expected,
            "100,000 coefficients of 3: expected 3, 6, 9, ..., 299,997"
        );
    }
}
