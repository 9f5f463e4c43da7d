/// Returns `n` in binary, between two markers `db`.
///
/// The text starts with `db`, then follow the binary digits of `n` without leading zeros (a
/// single `0` for zero), and it ends with another `db`.
///
/// # Examples
///
/// ```
/// assert_eq!(decimal_to_binary(10), "db1010db");
/// assert_eq!(decimal_to_binary(0), "db0db");
/// ```
pub fn decimal_to_binary(n: u64) -> String {
    format!("db{n:b}db")
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

    fn check(n: u64, expected: &str) {
        assert_eq!(decimal_to_binary(n), expected, "decimal_to_binary({n})");
    }

    #[test]
    fn examples() {
        check(10, "db1010db");
        check(0, "db0db");
    }

    #[test]
    fn small_numbers() {
        check(1, "db1db");
        check(2, "db10db");
        check(3, "db11db");
        check(7, "db111db");
        check(8, "db1000db");
        check(103, "db1100111db");
    }

    #[test]
    fn large_numbers() {
        check(1 << 32, &format!("db1{}db", "0".repeat(32)));
        check((1 << 32) - 1, &format!("db{}db", "1".repeat(32)));
        check(1 << 63, &format!("db1{}db", "0".repeat(63)));
        check(u64::MAX, &format!("db{}db", "1".repeat(64)));
    }

    #[test]
    fn digits_add_up_to_the_number() {
        let mut lcg = Lcg(79);
        for _ in 0..500 {
            let bits = 1 + lcg.below(64) as usize;
            let mut digits = String::from("1");
            let mut n = 1u64;
            while digits.len() < bits {
                let bit = lcg.below(2);
                n = 2 * n + bit;
                digits.push_str(["0", "1"][bit as usize]);
            }
            check(n, &format!("db{digits}db"));
        }
    }
}
