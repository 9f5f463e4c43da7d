    let mut sides = [a, b, c];
    sides.sort_by(f64::total_cmp);
    let [short, middle, long] = sides;
    if short + middle <= long {
        return None;
    }
    // The longest side is the base; x is where the height meets it.
    let x = (short * short + long * long - middle * middle) / (2.0 * long);
    let height = ((short + x) * (short - x)).sqrt();
    Some((50.0 * long * height).round() / 100.0)
}
