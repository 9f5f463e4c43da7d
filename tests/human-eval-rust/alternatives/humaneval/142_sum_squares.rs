    let mut sum: i64 = numbers.iter().sum();
    for n in numbers.iter().step_by(3) {
        sum += n * (n - 1);
    }
    for (quarter, n) in numbers.iter().step_by(4).enumerate() {
        if quarter % 3 > 0 {
            sum += n.pow(3) - n;
        }
    }
    sum
}
