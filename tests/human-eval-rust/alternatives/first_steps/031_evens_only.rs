    let mut evens = numbers.to_vec();
    evens.retain(|n| n & 1 == 0);
    evens
}
