    let mut result = numbers.to_vec();
    for number in &mut result {
        *number += 1;
    }
    result
}
