    let mut gap = None;
    for i in 1..numbers.len() {
        let difference = (i64::from(numbers[i]) - i64::from(numbers[i - 1])).unsigned_abs() as u32;
        gap = gap.max(Some(difference));
    }
    gap
}
