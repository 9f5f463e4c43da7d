    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let largest = sorted.into_iter().map(u64::from).find(|&n| {
        n > 1
            && std::iter::once(2)
                .chain((3..).step_by(2))
                .take_while(|d| d * d <= n)
                .all(|d| n % d > 0)
    })?;
    largest.to_string().chars().map(|c| c.to_digit(10)).sum()
}
