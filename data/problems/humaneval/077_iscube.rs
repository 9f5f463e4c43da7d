/// Tells whether `n` is the cube of a whole number.
///
/// Cubes of negative numbers count, so -8 is a cube, and so does 0. The argument may be any
/// `i64`, `i64::MIN` (which is a cube) and `i64::MAX` included. The answer must be exact: mind the
/// rounding of floating-point roots and the overflow of trial cubes.
///
/// # Examples
///
/// ```
/// assert!(iscube(27));
/// assert!(iscube(-8));
/// assert!(!iscube(9));
/// assert!(!iscube(4_611_686_018_427_387_904));
/// ```
pub fn iscube(n: i64) -> bool {
    // The root has at most 22 bits, so its nearest whole number is found in spite of rounding.
    let root = (n as f64).cbrt().round() as i64;
    root.checked_pow(3) == Some(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: i64, expected: bool) {
        assert_eq!(iscube(n), expected, "iscube({n})");
    }

    #[test]
    fn examples() {
        check(27, true);
        check(-8, true);
        check(9, false);
        check(4_611_686_018_427_387_904, false);
    }

    #[test]
    fn all_small_numbers() {
        let mut cubes = Vec::new();
        for root in -13..=13 {
            cubes.push(root * root * root);
        }
        for n in -2_000..=2_000 {
            check(n, cubes.contains(&n));
        }
    }

    #[test]
    fn neighbours_of_cubes() {
        for root in (2..2_097_151).step_by(1_009) {
            let cube: i64 = root * root * root;
            for n in [cube, -cube] {
                check(n - 1, false);
                check(n, true);
                check(n + 1, false);
            }
        }
    }

    #[test]
    fn limits_of_the_range() {
        check(9_223_358_842_721_533_951, true);
        check(9_223_358_842_721_533_950, false);
        check(9_223_358_842_721_533_952, false);
        check(-9_223_358_842_721_533_951, true);
        check(i64::MAX, false);
        check(i64::MAX - 1, false);
        check(i64::MIN, true);
        check(i64::MIN + 1, false);
    }
}
