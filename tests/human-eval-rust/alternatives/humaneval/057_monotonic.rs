    // Sorting leaves exactly the lists as they are that never change direction.
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    values == sorted || values.iter().eq(sorted.iter().rev())
}
