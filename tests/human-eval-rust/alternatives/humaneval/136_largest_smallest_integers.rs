    let mut result: (Option<i64>, Option<i64>) = (None, None);
    for &n in numbers {
        match n.signum() {
            -1 => result.0 = Some(result.0.map_or(n, |best| best.max(n))),
            1 => result.1 = Some(result.1.map_or(n, |best| best.min(n))),
            _ => {}
        }
    }
    result
}
