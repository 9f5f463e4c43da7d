    operations
        .iter()
        .scan(0i64, |balance, &step| {
            *balance += step;
            Some(*balance)
        })
        .any(i64::is_negative)
}
