/// Returns the part of `number` after the decimal point, a value in `0.0..1.0`.
///
/// `number` is finite and not negative; it may be far too large for any integer
/// type. A number without a fractional part (which every `f64` from 2^53
/// upwards is) gives `0.0`.
///
/// The result is compared with a tolerance of 1e-9.
///
/// # Examples
///
/// ```
/// assert_eq!(truncate_number(6.25), 0.25);
/// assert_eq!(truncate_number(0.75), 0.75);
/// assert_eq!(truncate_number(12.0), 0.0);
/// ```
pub fn truncate_number(number: f64) -> f64 {
    number - number.floor()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(number: f64, expected: f64) {
        let got = truncate_number(number);
        assert!(
            (got - expected).abs() <= 1e-9,
            "truncate_number({number:?}): expected {expected:?}, got {got:?}"
        );
    }

    #[test]
    fn examples() {
        check(6.25, 0.25);
        check(0.75, 0.75);
        check(12.0, 0.0);
    }

    #[test]
    fn no_fraction() {
        check(0.0, 0.0);
        check(1.0, 0.0);
        check(2.0, 0.0);
        check(1_000_003.0, 0.0);
    }

    #[test]
    fn next_to_a_whole_number() {
        check(0.0009765625, 0.0009765625);
        check(0.9990234375, 0.9990234375);
        check(2.9990234375, 0.9990234375);
        check(3.0009765625, 0.0009765625);
        check(1.5, 0.5);
    }

    #[test]
    fn huge_numbers() {
        check(4_294_967_296.5, 0.5);
        check(2_251_799_813_685_249.5, 0.5);
        check(9_007_199_254_740_993.0, 0.0);
        check(1e19, 0.0);
        check(1e300, 0.0);
        check(f64::MAX, 0.0);
    }

    #[test]
    fn every_eighth() {
        for whole in 0..200 {
            for eighth in 0..8 {
                let fraction = f64::from(eighth) / 8.0;
                check(f64::from(whole) + fraction, fraction);
            }
        }
    }
}
