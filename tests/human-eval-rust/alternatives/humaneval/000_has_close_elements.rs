    for (i, a) in numbers.iter().enumerate() {
        for b in &numbers[i + 1..] {
            if (a - b).abs() < threshold {
                return true;
            }
        }
    }
    false
}
