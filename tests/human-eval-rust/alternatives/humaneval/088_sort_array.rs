    use std::collections::BinaryHeap;

    let parity = |value: Option<&u32>| value.map_or(0, |value| value & 1);
    let mut ascending = BinaryHeap::from(values.to_vec()).into_sorted_vec();
    if parity(values.first()) ^ parity(values.last()) == 0 {
        ascending.reverse();
    }
    ascending
}
