    (0..=n as u64)
        .map(|i| {
            let half = i / 2;
            match i % 2 {
                0 => half + 1,
                _ => (half + 1) * (half + 3),
            }
        })
        .collect()
}
