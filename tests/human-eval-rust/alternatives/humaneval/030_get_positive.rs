    let mut positive = numbers.to_vec();
    positive.retain(|number| number.signum() == 1);
    positive
}
