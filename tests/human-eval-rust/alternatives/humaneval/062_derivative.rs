    // By the product rule on c + x * q: the derivative is q + x * q', built from the back.
    let mut result = coefficients.to_vec();
    let mut factor = result.len() as i64;
    for value in result.iter_mut().rev() {
        factor -= 1;
        *value *= factor;
    }
    result.into_iter().skip(1).collect()
}
