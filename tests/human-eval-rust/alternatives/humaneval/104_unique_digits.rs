    fn has_even_digit(value: u64) -> bool {
        value & 1 == 0 || (value > 9 && has_even_digit(value / 10))
    }

    let mut kept = Vec::new();
    for &value in values {
        if !has_even_digit(value) {
            let place = kept.partition_point(|&other| other <= value);
            kept.insert(place, value);
        }
    }
    kept
}
