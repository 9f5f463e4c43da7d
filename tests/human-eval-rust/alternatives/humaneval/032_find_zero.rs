    let leading = coefficients.last().copied().unwrap_or(1.0);
    let value = |x: f64| poly(coefficients, x) / leading;
    // The signs at the ends are known: all zeros lie between them.
    let (mut left, mut right) = (-201.0, 201.0);
    let mut step = 0;
    while right - left > 1e-8 && step < 400 {
        // Alternate between the secant and the middle.
        let (a, b) = (value(left), value(right));
        let secant = left - a * (right - left) / (b - a);
        let x = if step % 2 == 0 && secant > left && secant < right {
            secant
        } else {
            left + (right - left) / 2.0
        };
        let y = value(x);
        if y == 0.0 {
            return x;
        }
        if y < 0.0 {
            left = x;
        } else {
            right = x;
        }
        step += 1;
    }
    right
}
