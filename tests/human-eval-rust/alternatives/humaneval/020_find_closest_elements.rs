    let mut best: Option<(f64, f64)> = None;
    for (i, &a) in numbers.iter().enumerate() {
        for &b in &numbers[i + 1..] {
            let (low, high) = if a < b { (a, b) } else { (b, a) };
            let (best_low, best_high) = best.unwrap_or((0.0, f64::INFINITY));
            let (gap, best_gap) = (high - low, best_high - best_low);
            if gap < best_gap || gap == best_gap && low < best_low {
                best = Some((low, high));
            }
        }
    }
    best
}
