    use std::cmp::Reverse;
    use std::collections::BinaryHeap;

    let mut largest = BinaryHeap::new();
    for &n in numbers {
        largest.push(Reverse(n));
        if largest.len() > k {
            largest.pop();
        }
    }
    let mut result: Vec<i64> = largest.into_iter().map(|Reverse(n)| n).collect();
    result.sort();
    result
}
