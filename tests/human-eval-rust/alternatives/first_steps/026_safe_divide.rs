    if b == 0 {
        return None;
    }
    i32::try_from(i64::from(a) / i64::from(b)).ok()
}
