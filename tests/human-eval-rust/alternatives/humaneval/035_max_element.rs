    let (first, rest) = numbers.split_first()?;
    let mut largest = *first;
    for &number in rest {
        if largest < number {
            largest = number;
        }
    }
    Some(largest)
}
