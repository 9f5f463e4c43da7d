    let is_palindrome = |number: &u32| {
        let digits = number.to_string();
        let half = digits.len() / 2;
        digits
            .bytes()
            .zip(digits.bytes().rev())
            .take(half)
            .all(|(left, right)| left == right)
    };
    let (even, odd): (Vec<u32>, Vec<u32>) = (1..=n)
        .filter(is_palindrome)
        .partition(|number| number & 1 == 0);
    (even.len(), odd.len())
}
