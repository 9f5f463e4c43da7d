    let mut thirds = std::collections::BinaryHeap::new();
    for chunk in numbers.chunks(3) {
        thirds.push(std::cmp::Reverse(chunk[0]));
    }
    let mut result = Vec::new();
    for chunk in numbers.chunks(3) {
        result.extend(thirds.pop().map(|smallest| smallest.0));
        result.extend(&chunk[1..]);
    }
    result
}
