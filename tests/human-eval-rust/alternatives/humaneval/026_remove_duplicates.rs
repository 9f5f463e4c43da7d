    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    let single = |number: i64| {
        let start = sorted.partition_point(|&other| other < number);
        sorted.get(start + 1) != Some(&number)
    };
    numbers.iter().copied().filter(|&n| single(n)).collect()
}
