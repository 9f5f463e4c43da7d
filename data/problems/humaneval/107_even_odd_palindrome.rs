/// Counts the even and the odd palindromes from 1 to `n`, both included.
///
/// A number is a palindrome when its decimal digits read the same forwards and backwards. The
/// result is the pair (number of even palindromes, number of odd palindromes); it is `(0, 0)` for
/// `n = 0`. `n` is at most 100,000.
///
/// # Examples
///
/// ```
/// assert_eq!(even_odd_palindrome(5), (2, 3));
/// assert_eq!(even_odd_palindrome(22), (5, 6));
/// ```
pub fn even_odd_palindrome(n: u32) -> (usize, usize) {
    let (mut even, mut odd) = (0, 0);
    for number in 1..=n {
        let mut rest = number;
        let mut reversed = 0;
        while rest > 0 {
            reversed = 10 * reversed + rest % 10;
            rest /= 10;
        }
        if reversed == number {
            match number % 2 {
                0 => even += 1,
                _ => odd += 1,
            }
        }
    }
    (even, odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: u32, expected: (usize, usize)) {
        assert_eq!(even_odd_palindrome(n), expected, "even_odd_palindrome({n})");
    }

    #[test]
    fn examples() {
        check(5, (2, 3));
        check(22, (5, 6));
    }

    #[test]
    fn one_digit() {
        let expected = [
            (0, 0),
            (0, 1),
            (1, 1),
            (1, 2),
            (2, 2),
            (2, 3),
            (3, 3),
            (3, 4),
            (4, 4),
            (4, 5),
        ];
        for (n, pair) in (0..).zip(expected) {
            check(n, pair);
        }
    }

    #[test]
    fn around_new_palindromes() {
        check(10, (4, 5));
        check(11, (4, 6));
        check(21, (4, 6));
        check(98, (8, 9));
        check(99, (8, 10));
        check(100, (8, 10));
        check(101, (8, 11));
        check(201, (8, 20));
        check(202, (9, 20));
        check(998, (48, 59));
        check(999, (48, 60));
        check(1_000, (48, 60));
        check(1_001, (48, 61));
    }

    #[test]
    fn every_limit_up_to_three_thousand() {
        // Oracle: build the palindromes from their left halves and sort them.
        let mut palindromes: Vec<u32> = (1..10).collect();
        for half in 1..100u32 {
            let left = half.to_string();
            let right: String = left.chars().rev().collect();
            palindromes.extend((left.clone() + &right).parse::<u32>());
            for middle in 0..10 {
                palindromes.extend(format!("{left}{middle}{right}").parse::<u32>());
            }
        }
        palindromes.sort();
        for n in (0..1_200).step_by(7).chain(1_990..2_010) {
            let upto = palindromes.iter().take_while(|&&p| p <= n);
            let odd = upto.clone().filter(|&&p| p & 1 == 1).count();
            check(n, (upto.count() - odd, odd));
        }
    }

    #[test]
    fn large_limits() {
        check(10_000, (88, 110));
        check(99_999, (488, 610));
        check(100_000, (488, 610));
    }
}
