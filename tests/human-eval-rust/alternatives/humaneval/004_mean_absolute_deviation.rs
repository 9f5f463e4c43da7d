    let mut sum = 0.0;
    for x in numbers {
        sum += x;
    }
    let len = numbers.len() as f64;
    let mean = (!numbers.is_empty()).then_some(sum / len)?;
    let (mut below, mut above) = (0.0, 0.0);
    for x in numbers {
        if *x < mean {
            below += mean - x;
        } else {
            above += x - mean;
        }
    }
    Some((below + above) / len)
}
